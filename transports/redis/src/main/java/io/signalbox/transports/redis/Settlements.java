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

    /** Dead letters of one script, which copies each. */
    private static final int DYING_CHUNK = 100;

    /** More than the server has heard of wait: nothing more is taken. */
    private static final int WAITING_MAX = 10_000;

    private List<Claim> done = new ArrayList<>();
    private List<Dying> dying = new ArrayList<>();

    /** One on its way to the dead letters. What is said of it has its bound, whatever a text is made of. */
    record Dying(Claim claim, String reason, String detail, int attempts) {
        private static final int DETAIL_CHARS_MAX = 1_000;

        Dying {
            detail = detail.length() <= DETAIL_CHARS_MAX ? detail : detail.substring(0, DETAIL_CHARS_MAX) + "...";
        }
    }

    synchronized void done(Claim claim) {
        done.add(claim);
    }

    synchronized void dead(Dying letter) {
        dying.add(letter);
    }

    synchronized boolean isFull() {
        return done.size() + dying.size() >= WAITING_MAX;
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
            for (int from = 0; from < dying.size(); from += DYING_CHUNK) {
                List<Dying> chunk = dying.subList(from, Math.min(dying.size(), from + DYING_CHUNK));
                answers.add(link.run(Script.BURY, bury(chunk, now, deadLettersMax)));
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
