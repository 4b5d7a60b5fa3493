package io.signalbox.transports.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what sessions have settled and takes what their credit allows, for all that ask in one go: every command is
 * sent before the first answer is awaited. Rounds are the worker's.
 */
final class Pump {
    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final int OWN_MAX = 1_000;

    /** Sessions that are asked for in one go, which share its bytes. */
    private static final int WAVE_MAX = 64;

    private static final int WAVE_BYTES_MAX = 32 << 20;

    /** Of one taking, which the server holds as a whole. */
    private static final int TAKE_BYTES_MAX = 8 << 20;

    /** Of a share group at a time, so that one member does not take what others could do. */
    private static final int SHARED_MAX = 16;

    private static final Comparator<String> ASCENDING = Comparator.comparing(
            StreamId::of, Comparator.comparingLong(StreamId::millis).thenComparingLong(StreamId::number));

    private final Sessions sessions;
    private final RedisTransport transport;
    private final Queue<RedisSession> asked = new ConcurrentLinkedQueue<>(); // each session once
    private final AtomicBoolean roundAsked = new AtomicBoolean();
    private int turn;

    Pump(Sessions sessions, RedisTransport transport) {
        this.sessions = sessions;
        this.transport = transport;
    }

    /** Something may be there, or something is settled. Any thread. */
    void ask(RedisSession session) {
        if (session.pumpAsked.compareAndSet(false, true)) {
            asked.add(session);
            if (roundAsked.compareAndSet(false, true)) {
                transport.worker().execute(this::round);
            }
        }
    }

    private void round() {
        roundAsked.set(false);
        List<RedisSession> now = new ArrayList<>();
        for (RedisSession next = asked.poll(); next != null; next = asked.poll()) {
            next.pumpAsked.set(false);
            now.add(next);
        }
        Collections.rotate(now, turn++); // members of a share group take turns at being first
        transport.worker().tried("delivering", link -> {
            pump(link, now);
            return now;
        });
    }

    private void pump(Link link, List<RedisSession> now) throws InterruptedException, TimeoutException {
        for (RedisSession session : now) {
            if (session.takenUnknown && takes(session)) {
                find(link, session);
            }
        }
        for (int from = 0; from < now.size(); from += WAVE_MAX) {
            wave(link, now.subList(from, Math.min(now.size(), from + WAVE_MAX)));
        }
        trimOne(link, now);
    }

    /** One session's queue, however many wait for it: the others are served between two steps. */
    private void trimOne(Link link, List<RedisSession> now) throws InterruptedException, TimeoutException {
        List<RedisSession> tooMuch = now.stream()
                .filter(session -> session.surplus && sessions.has(session))
                .toList();
        if (!tooMuch.isEmpty()) {
            trim(link, tooMuch.getFirst());
            tooMuch.forEach(RedisSession::askPump);
        }
    }

    private void wave(Link link, List<RedisSession> sessions) throws InterruptedException, TimeoutException {
        int bytes = Math.min(TAKE_BYTES_MAX, WAVE_BYTES_MAX / sessions.size());
        List<Step> steps =
                sessions.stream().map(session -> new Step(session, bytes)).toList();
        try {
            for (Step step : steps) {
                step.settle(link);
                step.takeOwn(link);
            }
            finish(steps);
            for (int group = 0; group < mostGroups(steps); group++) {
                for (Step step : steps) {
                    step.takeShared(link, group);
                }
                finish(steps);
            }
        } finally {
            steps.forEach(Step::giveUp);
        }
    }

    /** What the server will not take from one session is no reason to give up what it gave to others. */
    private static void finish(List<Step> steps) throws InterruptedException, TimeoutException {
        for (Step step : steps) {
            try {
                step.finish();
            } catch (RuntimeException e) {
                if (!Failures.isFinal(e)) {
                    throw e;
                }
                LOG.warn("the server refuses what session {} does: {}", step.session.name(), e.toString());
                step.giveUp();
            }
        }
    }

    private static int mostGroups(List<Step> steps) {
        return steps.stream().mapToInt(step -> step.shared.size()).max().orElse(0);
    }

    /** A step of it: between two of them the server and this worker do what others want. */
    private void trim(Link link, RedisSession session) throws InterruptedException, TimeoutException {
        Arguments arguments = new Arguments()
                .add(session.name())
                .add(session.token())
                .add(transport.time().argument())
                .add(transport.config().retention().deadLettersMax());
        try {
            List<Object> answer = Failures.get(
                    link.run(Script.TRIM, arguments),
                    transport.config().publish().confirmWait().toMillis());
            session.surplus = Reply.number(answer.getFirst()) == 1;
        } catch (RuntimeException e) {
            if (!Failures.isFinal(e)) {
                throw e;
            }
            LOG.warn("the server refuses to cut the queue of session {}: {}", session.name(), e.toString());
            session.surplus = false; // which has more than its bound then, and not nothing
        }
    }

    private boolean takes(RedisSession session) {
        return session.mailbox().attached() && sessions.has(session) && session.takesMore();
    }

    /** One session in one round. */
    private final class Step {
        private final RedisSession session;
        private final int bytesMax;
        private final boolean takes;
        private final List<String> shared;
        private Settlements.Settled settled = new Settlements.Settled(List.of(), List.of());
        private List<Future<?>> settling = List.of();
        private @org.jspecify.annotations.Nullable Taking taking;

        private Step(RedisSession session, int bytesMax) {
            this.session = session;
            this.bytesMax = bytesMax;
            takes = takes(session)
                    && !session.takenUnknown
                    && !session.surplus
                    && !session.settlements().isFull();
            shared = takes ? List.copyOf(session.sharedQueues()) : List.of();
        }

        private record Taking(String queue, Future<List<Object>> answer) {}

        private void settle(Link link) {
            settled = session.settlements().take();
            settling = settled.send(
                    link,
                    transport.time().argument(),
                    transport.config().retention().deadLettersMax());
        }

        private void takeOwn(Link link) {
            take(link, Keys.own(session.name()), OWN_MAX);
        }

        private void takeShared(Link link, int group) {
            if (group < shared.size()) {
                take(link, shared.get(group), SHARED_MAX);
            }
        }

        private void take(Link link, String queue, int most) {
            int count = takes ? Math.min(session.credit().room(), most) : 0;
            if (count > 0) {
                Arguments arguments = new Arguments()
                        .add(session.name())
                        .add(session.token())
                        .add(queue)
                        .add(Keys.isShared(queue))
                        .add(count)
                        .add(Math.min(bytesMax, session.credit().roomBytes()))
                        .add(session.cursor);
                taking = new Taking(queue, link.run(Script.TAKE, arguments));
            }
        }

        private void finish() throws InterruptedException, TimeoutException {
            long wait = transport.config().publish().confirmWait().toMillis();
            for (Future<?> answer : settling) {
                Failures.get(answer, wait);
            }
            if (!takes && !settling.isEmpty()) {
                session.askPump(); // it may take, now that they are written
            }
            settling = List.of();
            settled = new Settlements.Settled(List.of(), List.of());
            Taking under = taking;
            if (under != null) {
                List<Object> answer = Failures.get(under.answer(), wait);
                taking = null;
                hand(under, answer);
            }
        }

        private void hand(Taking taken, List<Object> answer) {
            if (answer.isEmpty()) {
                sessions.ownerUnsure(session);
                return;
            }
            if (!Keys.isShared(taken.queue())) {
                session.cursor = Reply.text(answer.get(0));
            }
            session.hand(Entry.of(taken.queue(), Reply.list(answer.get(1))));
            if (Reply.number(answer.get(2)) == 1) {
                session.moreIsThere();
            }
        }

        /** What has no answer by now is not known to be done. */
        private void giveUp() {
            if (!settling.isEmpty()) {
                session.settlements().giveBack(settled);
                settling = List.of();
            }
            if (taking != null) {
                session.takenUnknown = true;
                taking = null;
            }
        }
    }

    /** What was taken without our knowing. */
    private void find(Link link, RedisSession session) throws InterruptedException, TimeoutException {
        List<String> queues = new ArrayList<>(session.sharedQueues());
        if (session.cursor.isEmpty()) {
            queues.add(
                    Keys.own(session.name())); // or it would be all that an earlier owner had: that comes by the cursor
        }
        for (String queue : queues) {
            boolean more = true;
            while (more) {
                more = find(link, session, queue);
            }
        }
        session.takenUnknown = false;
    }

    /** @return true if there may be more */
    private boolean find(Link link, RedisSession session, String queue) throws InterruptedException, TimeoutException {
        // In this order: what is settled in between is in both, and what is in neither does not exist.
        Set<Claim> known = new HashSet<>(session.credit().held());
        known.addAll(session.settlements().claims());
        List<String> ids = known.stream()
                .filter(claim -> claim.queue().equals(queue))
                .map(Claim::id)
                .sorted(ASCENDING)
                .toList();
        Arguments arguments = new Arguments()
                .add(session.name())
                .add(session.token())
                .add(queue)
                .add(Keys.isShared(queue))
                .add(TAKE_BYTES_MAX)
                .addCounted(ids);
        List<Object> answer = Failures.get(
                link.run(Script.FIND, arguments),
                transport.config().publish().confirmWait().toMillis());
        if (answer.isEmpty()) {
            return false; // it is somebody else's, which whoever takes next hears
        }
        session.hand(Entry.of(queue, Reply.list(answer.get(1))));
        return Reply.number(answer.get(2)) == 1;
    }
}
