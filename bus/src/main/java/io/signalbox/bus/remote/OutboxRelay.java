package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what an outbox holds, as {@link Outbox} says. One turn at a time, by the scheduler of the bus. */
public final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int PAGE_MESSAGES_MAX = 100;
    private static final int TOLD_MAX = 1_000;
    /** So often a pause is doubled while the outbox is down. */
    private static final int DOUBLED_MAX = 10;
    /** The same message would meet them again, however often it is sent. */
    private static final Set<ReasonCode> FOR_GOOD = Set.of(
            ReasonCode.TOPIC_INVALID,
            ReasonCode.TOPIC_TOO_DEEP,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.PAYLOAD_TOO_LARGE,
            ReasonCode.NOT_SUPPORTED,
            ReasonCode.MALFORMED);

    private final Outbox outbox;
    private final Transport transport;
    private final Scheduler scheduler;
    private final Duration interval;
    private final Consumer<Message> whenSetAside;
    private final LongAdder setAside = new LongAdder();
    private volatile boolean closed;
    // Owned by the turn, as all that follows.
    private final OutboxPauses pauses = new OutboxPauses();
    private final OutboxFlight flight = new OutboxFlight();
    /** The transport has them, and the outbox too: nothing is read before that is over. */
    private final List<Outbox.Entry> accepted = new ArrayList<>();
    /** Turns at which the outbox threw, one after the other. */
    private int failures;
    /** Something is in the way, and the log has it. */
    private boolean hindered;
    /** Topics and reasons of which the log has one. */
    private final Set<String> told = new HashSet<>();

    /** @param whenSetAside hears of each message that is */
    public OutboxRelay(
            Outbox outbox,
            Transport transport,
            Scheduler scheduler,
            Duration interval,
            Consumer<Message> whenSetAside) {
        this.outbox = outbox;
        this.transport = transport;
        this.scheduler = scheduler;
        this.interval = interval;
        this.whenSetAside = whenSetAside;
    }

    public void start() {
        // Of an outbox that is down: its first turn again, then after ever longer, a minute about.
        long pause = interval.toNanos() << Math.clamp(failures - 1, 0, DOUBLED_MAX);
        try {
            scheduler.schedule(this::turn, pause);
        } catch (RejectedExecutionException ended) {
            closed = true;
        }
    }

    /** How many messages the transport has refused for good. */
    public long setAside() {
        return setAside.sum();
    }

    private void turn() {
        if (closed) {
            return;
        }
        try {
            while (!closed && sendPage()) {}
            failures = 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            failures++;
            hinderedBy("the outbox does not answer", broken);
        } finally {
            if (!closed) {
                start();
            }
        }
    }

    /** False when there is nothing more to do now. */
    private boolean sendPage() throws InterruptedException {
        Set<String> stopped = new HashSet<>();
        settle(stopped);
        long begun = scheduler.nanoTime();
        Outbox.Paused without = pauses.with(flight.all(), begun);
        int room = OutboxPauses.PAUSES_MAX - without.size();
        if (room <= 0) {
            return false;
        }
        boolean any = false;
        List<Outbox.Entry> left = outbox.oldest(Math.min(room, PAGE_MESSAGES_MAX), without);
        while (!closed) {
            List<Outbox.Entry> next = new ArrayList<>();
            left = split(left, stopped, next);
            if (next.isEmpty()) {
                return any;
            }
            any = true;
            flight.send(next, transport, scheduler, interval);
            settle(stopped);
            if (scheduler.nanoTime() - begun > OutboxFlight.ANSWER_WITHIN.toNanos()) {
                // What is left of a slow key is read again, together with what came meanwhile.
                return true;
            }
        }
        return false;
    }

    /**
     * @param next takes the first of each key that is free
     * @return those behind them
     */
    private List<Outbox.Entry> split(List<Outbox.Entry> entries, Set<String> stopped, List<Outbox.Entry> next) {
        List<Outbox.Entry> behind = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        long now = scheduler.nanoTime();
        for (Outbox.Entry entry : entries) {
            String key = entry.key();
            if (pauses.holds(entry, now)) {
                // By its topic, it may be: then of its key nothing else may go either.
                stop(entry, stopped);
                continue;
            }
            if (key != null && stopped.contains(key)) {
                continue;
            }
            if (flight.has(entry) || (key != null && !keys.add(key))) {
                behind.add(entry);
            } else {
                next.add(entry);
            }
        }
        return behind;
    }

    /** @param stopped takes the keys of which nothing more of this page may go */
    private void settle(Set<String> stopped) {
        OutboxFlight.Landed landed = flight.landed(scheduler.nanoTime());
        landed.accepted().forEach(pauses::taken);
        accepted.addAll(landed.accepted());
        for (OutboxFlight.Refused refused : landed.refused()) {
            // Whatever the outbox says to the rest: it is not sent again at once.
            pauses.refused(refused.entry(), refused.why().reason(), scheduler.nanoTime());
            stop(refused.entry(), stopped);
        }
        if (!accepted.isEmpty()) {
            outbox.remove(List.copyOf(accepted));
            accepted.clear();
            hindered = hindered && !pauses.isEmpty();
        }
        for (OutboxFlight.Refused refused : landed.refused()) {
            Refusal why = refused.why();
            if (FOR_GOOD.contains(why.reason())) {
                setAside(refused.entry(), why);
            } else {
                hinderedBy("the transport does not take a message of the outbox: " + why.detail(), null);
            }
        }
    }

    private static void stop(Outbox.Entry entry, Set<String> stopped) {
        String key = entry.key();
        if (key != null) {
            stopped.add(key);
        }
    }

    private void setAside(Outbox.Entry entry, Refusal why) {
        outbox.setAside(entry, why.reason().code() + ": " + why.detail());
        pauses.taken(entry);
        setAside.increment();
        whenSetAside.accept(entry.message());
        if (told.size() < TOLD_MAX && told.add(entry.message().topic() + " " + why.reason())) {
            LOG.warn(
                    "message {} of the outbox, for {}, is set aside, {}: {}; {}; more of this kind are counted",
                    entry.number(),
                    entry.message().topic(),
                    why.reason().code(),
                    why.detail(),
                    why.reason().remedy());
        }
    }

    private void hinderedBy(String what, @Nullable RuntimeException why) {
        if (!hindered) {
            LOG.warn("{}; what can be sent goes on, and it is tried again after a pause", what, why);
        }
        hindered = true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
