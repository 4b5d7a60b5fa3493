package io.signalbox.transports.kafka;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.kafka.SessionRecord.Past;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads for one session, on a thread of its own with a consumer of its own: first the pasts that its subscriptions
 * asked for, then the live stream. Kafka's consumers are made for one thread, which owns all here; others ask it.
 */
final class Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(200);
    private static final long COMMIT_NANOS = Duration.ofMillis(100).toNanos();

    private final KafkaTransport transport;
    private final KafkaSession session;
    private final Intake intake;
    private final Filters filters = new Filters();
    private final Cursor live;
    private final LiveStream stream;
    private final ArrayDeque<PastLeg> legs = new ArrayDeque<>();
    private final List<PastLeg> unsettledLegs = new ArrayList<>();
    private final Requests requests = new Requests();
    private final List<Goal> goals = new ArrayList<>();
    private final Thread thread;
    private boolean trimmed;
    private long committedNanos = System.nanoTime();
    private volatile boolean stopping;

    /** Somebody waits for the live stream to be read to there. */
    private record Goal(Map<TopicPartition, Long> ends, CompletableFuture<Boolean> reached) {}

    Reader(
            KafkaTransport transport,
            KafkaSession session,
            Intake intake,
            List<Subscription> subscriptions,
            Map<String, Map<TopicPartition, Position>> positions) {
        this.transport = transport;
        this.session = session;
        this.intake = intake;
        String group = transport.names().session(session.name());
        live = new Cursor(group, positions.getOrDefault(group, Map.of()));
        stream = new LiveStream(transport, intake, filters, live);
        trimmed = live.ledgers().isEmpty() || !Trim.concerns(session.options());
        for (Subscription one : subscriptions) {
            if (one.spec().shareGroup() == null) {
                filters.put(one);
                Past past = one.past();
                if (past != null) {
                    String pastGroup = transport.names().past(session.name(), one.target());
                    legs.add(leg(one, past, positions.getOrDefault(pastGroup, Map.of())));
                }
            }
        }
        intake.appetite().onRoom(this::wake);
        thread = Thread.ofPlatform()
                .daemon()
                .name("kafka-session-" + session.name())
                .unstarted(this::run);
    }

    private PastLeg leg(Subscription one, Past past, Map<TopicPartition, Position> positions) {
        Cursor cursor = new Cursor(transport.names().past(session.name(), one.target()), positions);
        return new PastLeg(one, past, cursor, intake, transport.beginnings(), transport.time());
    }

    // For others

    void start() {
        thread.start();
    }

    void wake() {
        stream.wake();
    }

    /** Runs it on the reading thread. */
    <T> CompletableFuture<T> ask(Supplier<T> work) {
        CompletableFuture<T> answer = requests.add(work);
        wake();
        return answer;
    }

    /** Ends it where it is; all else here may be asked afterwards by whoever waited. */
    void stop() {
        stopping = true;
        wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<Cursor> cursors() {
        List<Cursor> all = new ArrayList<>(List.of(live));
        legs.forEach(leg -> all.add(leg.cursor()));
        unsettledLegs.forEach(leg -> all.add(leg.cursor()));
        return all;
    }

    /** What the live stream has been read of. */
    Set<TopicPartition> partitions() {
        return Set.copyOf(live.ledgers().keySet());
    }

    /** Completes when the live stream is read to there, or when there is none to read now. */
    CompletableFuture<Boolean> reach(Map<TopicPartition, Long> ends) {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        ask(() -> goals.add(new Goal(ends, reached))).whenComplete((added, failure) -> {
            if (failure != null) {
                reached.complete(false);
            }
        });
        return reached;
    }

    // On the reading thread, for those who ask

    /**
     * Begins a subscription.
     *
     * @param ends of its partitions, as they were after it was asked for
     * @return as it is to be remembered
     */
    Subscription install(FilterSpec spec, Map<TopicPartition, Long> ends, @Nullable Past past) {
        Subscription before = filters.get(Subscriptions.target(spec));
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.forEach((partition, end) -> {
            Ledger ledger = live.ledger(partition);
            // Read already, so no longer to come: the past goes on to there.
            from.put(partition, ledger == null ? end : Math.max(end, ledger.readTo()));
        });
        Subscription one = before != null && past == null
                ? new Subscription(spec, before.from(), before.past())
                : new Subscription(spec, from, past);
        filters.put(one);
        stream.assign();
        if (past != null) {
            legs.add(leg(one, past, Map.of()));
        }
        return one;
    }

    boolean uninstall(Target target) {
        filters.remove(target);
        legs.removeIf(leg -> {
            boolean its = leg.target().equals(target);
            if (its) {
                leg.close();
            }
            return its;
        });
        stream.assign();
        return true;
    }

    // The thread

    private void run() {
        try {
            while (!stopping) {
                try {
                    step();
                } catch (WakeupException e) {
                    LOG.trace("session {} looks up", session.name());
                } catch (RuntimeException e) {
                    LOG.warn("reading for session {} failed and goes on: {}", session.name(), e.toString());
                    LOG.debug("reading for session {}", session.name(), e);
                    Pauses.pause(AFTER_A_FAILURE);
                }
            }
        } finally {
            requests.end();
            goals.forEach(goal -> goal.reached.complete(false));
            legs.forEach(PastLeg::close);
            stream.close();
        }
    }

    private void step() {
        requests.run();
        if (!trimmed) {
            trim();
            return;
        }
        PastLeg leg = legs.peek();
        if (leg != null) {
            if (intake.appetite().isFull()) {
                requests.await(POLL);
            } else if (leg.step(POLL)) {
                leg.close();
                legs.poll();
                unsettledLegs.add(leg);
            }
        } else if (filters.all().isEmpty()) {
            requests.await(POLL);
        } else {
            stream.read(POLL);
        }
        endGoals();
        endLegs();
        commit();
    }

    private void endGoals() {
        goals.removeIf(goal -> (!legs.isEmpty() || stream.hasReached(goal.ends)) && goal.reached.complete(true));
    }

    private void trim() {
        Map<TopicPartition, Long> ends = transport.cluster().ends(live.ledgers().keySet());
        Trim trim = new Trim(
                session.options(),
                intake.mapping(),
                intake.deadLetters(),
                new Burials(() -> stopping),
                filters,
                transport.counters(),
                transport.time().millis());
        trimmed = trim.run(live, ends, transport.beginnings());
        if (trimmed) {
            intake.mailbox().lost(trim.evictedCount());
        }
    }

    private void endLegs() {
        for (PastLeg leg : List.copyOf(unsettledLegs)) {
            if (leg.cursor().isSettled()) {
                unsettledLegs.remove(leg);
                session.pastIsOver(leg.target());
            }
        }
    }

    private void commit() {
        if (session.durable() && System.nanoTime() - committedNanos > COMMIT_NANOS) {
            committedNanos = System.nanoTime();
            cursors().forEach(cursor -> cursor.commit(transport.cluster()));
        }
    }
}
