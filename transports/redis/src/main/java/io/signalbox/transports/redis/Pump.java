package io.signalbox.transports.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes what sessions have settled and takes what their credit allows, for all that ask in one go: every command is
 * sent before the first answer is awaited. Rounds are the worker's.
 */
final class Pump {
    private static final int OWN_MAX = 1_000;

    /** Of a share group at a time, so that one member does not take what others could do. */
    private static final int SHARED_MAX = 16;

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
        List<Step> steps = new ArrayList<>();
        for (RedisSession session : now) {
            if (session.takenUnknown && takes(session)) {
                find(link, session);
            }
        }
        now.forEach(session -> steps.add(new Step(session)));
        try {
            for (Step step : steps) {
                step.settle(link);
                step.takeOwn(link);
            }
            for (Step step : steps) {
                step.finish();
            }
            for (int group = 0; group < mostGroups(steps); group++) {
                for (Step step : steps) {
                    step.takeShared(link, group);
                }
                for (Step step : steps) {
                    step.finish();
                }
            }
        } finally {
            steps.forEach(Step::giveUp);
        }
    }

    private static int mostGroups(List<Step> steps) {
        return steps.stream().mapToInt(step -> step.shared.size()).max().orElse(0);
    }

    private boolean takes(RedisSession session) {
        return session.mailbox().attached() && sessions.has(session) && session.takesMore();
    }

    /** One session in one round. */
    private final class Step {
        private final RedisSession session;
        private final boolean takes;
        private final List<String> shared;
        private Settlements.Settled settled = new Settlements.Settled(List.of(), List.of());
        private List<Future<?>> settling = List.of();
        private @org.jspecify.annotations.Nullable Taking taking;

        private Step(RedisSession session) {
            this.session = session;
            takes = takes(session);
            shared = takes ? List.copyOf(session.sharedQueues()) : List.of();
        }

        private record Taking(String queue, int count, Future<List<Object>> answer) {}

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
                        .add(session.cursor);
                taking = new Taking(queue, count, link.run(Script.TAKE, arguments));
            }
        }

        private void finish() throws InterruptedException, TimeoutException {
            long wait = transport.config().publish().confirmWait().toMillis();
            for (Future<?> answer : settling) {
                Failures.get(answer, wait);
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
            List<Entry> entries = Entry.of(taken.queue(), Reply.list(answer.get(1)));
            entries.forEach(session::hand);
            if (entries.size() == taken.count() || !session.cursor.isEmpty()) {
                session.askPump();
            }
        }

        /** What has no answer by now is not known to be done. */
        private void giveUp() {
            if (!settling.isEmpty()) {
                session.settlements().giveBack(settled);
            }
            if (taking != null) {
                session.takenUnknown = true;
            }
        }
    }

    /** What was taken without our knowing. */
    private void find(Link link, RedisSession session) throws InterruptedException, TimeoutException {
        List<String> queues = new ArrayList<>(session.sharedQueues());
        queues.add(Keys.own(session.name()));
        long wait = transport.config().publish().confirmWait().toMillis();
        for (String queue : queues) {
            // In this order: what is settled in between is in both, and what is in neither does not exist.
            Set<Claim> known = new HashSet<>(session.credit().held());
            known.addAll(session.settlements().claims());
            List<String> ids = known.stream()
                    .filter(claim -> claim.queue().equals(queue))
                    .map(Claim::id)
                    .toList();
            Arguments arguments = new Arguments()
                    .add(session.name())
                    .add(session.token())
                    .add(queue)
                    .add(Keys.isShared(queue))
                    .addCounted(ids);
            List<Object> answer = Failures.get(link.run(Script.FIND, arguments), wait);
            if (!answer.isEmpty() && (Keys.isShared(queue) || session.cursor.isEmpty())) {
                Entry.of(queue, Reply.list(answer.get(1))).forEach(session::hand);
            }
        }
        session.takenUnknown = false;
    }
}
