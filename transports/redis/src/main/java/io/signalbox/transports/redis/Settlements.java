package io.signalbox.transports.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a session's subscriber has settled and Redis has not heard yet. Thread safe. */
final class Settlements {
    /** Ids of one script. */
    private static final int CHUNK = 1_000;

    private List<Claim> done = new ArrayList<>();
    private List<Dying> dying = new ArrayList<>();

    /** One on its way to the dead letters. */
    record Dying(Claim claim, String reason, String detail, int attempts) {}

    synchronized void done(Claim claim) {
        done.add(claim);
    }

    synchronized void dead(Dying letter) {
        dying.add(letter);
    }

    synchronized boolean isEmpty() {
        return done.isEmpty() && dying.isEmpty();
    }

    /** Everything that is still to be written. */
    synchronized Set<Claim> claims() {
        Set<Claim> claims = new HashSet<>(done);
        dying.forEach(letter -> claims.add(letter.claim()));
        return claims;
    }

    /** Taken out to be written; given back if that fails. */
    synchronized Settled take() {
        Settled taken = new Settled(done, dying);
        done = new ArrayList<>();
        dying = new ArrayList<>();
        return taken;
    }

    synchronized void giveBack(Settled settled) {
        done.addAll(0, settled.done());
        dying.addAll(0, settled.dying());
    }

    /** Sending it twice does no harm. */
    record Settled(List<Claim> done, List<Dying> dying) {
        boolean isEmpty() {
            return done.isEmpty() && dying.isEmpty();
        }

        /**
         * Sends it.
         *
         * @param now as {@link ServerClock#argument}
         * @param deadLettersMax beyond it the oldest dead letters go
         */
        List<java.util.concurrent.Future<?>> send(Link link, String now, long deadLettersMax) {
            List<java.util.concurrent.Future<?>> answers = new ArrayList<>();
            if (!dying.isEmpty()) {
                answers.add(link.run(Script.BURY, bury(dying, now, deadLettersMax)));
            }
            for (int from = 0; from < done.size(); from += CHUNK) {
                List<Claim> chunk = done.subList(from, Math.min(done.size(), from + CHUNK));
                answers.add(link.run(Script.SETTLE, settle(chunk)));
            }
            return answers;
        }

        private static Arguments settle(List<Claim> claims) {
            Map<String, List<String>> byQueue = new LinkedHashMap<>();
            claims.forEach(claim -> byQueue.computeIfAbsent(claim.queue(), queue -> new ArrayList<>())
                    .add(claim.id()));
            Arguments arguments = new Arguments().add(byQueue.size());
            byQueue.forEach((queue, ids) -> arguments.add(queue).addCounted(ids));
            return arguments;
        }
    }

    static Arguments bury(List<Dying> dying, String now, long deadLettersMax) {
        Arguments arguments = new Arguments().add(now).add(deadLettersMax).add(dying.size());
        dying.forEach(one -> arguments
                .add(one.claim().queue())
                .add(one.claim().id())
                .add(one.reason())
                .add(one.detail())
                .add(one.attempts()));
        return arguments;
    }
}
