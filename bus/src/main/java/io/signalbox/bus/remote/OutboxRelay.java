package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what an outbox holds, as {@link Outbox} says. One turn at a time, by the scheduler of the bus. */
public final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int PAGE_MESSAGES_MAX = 100;
    private static final int TOLD_MAX = 1_000;
    /** For a transport that takes nothing at all. */
    private static final Duration AWAY = Duration.ofMillis(500);
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
    private final LongAdder setAside = new LongAdder();
    private volatile boolean closed;
    /** Owned by the turn. */
    private final OutboxPauses pauses = new OutboxPauses();
    /** Something is in the way, and the log has it. Owned by the turn. */
    private boolean hindered;
    /** Nothing is sent before. Owned by the turn. */
    private long awayUntilNanos;
    /** Topics and reasons of which the log has one. Owned by the turn. */
    private final Set<String> told = new HashSet<>();

    public OutboxRelay(Outbox outbox, Transport transport, Scheduler scheduler, Duration interval) {
        this.outbox = outbox;
        this.transport = transport;
        this.scheduler = scheduler;
        this.interval = interval;
        awayUntilNanos = scheduler.nanoTime();
    }

    public void start() {
        try {
            scheduler.schedule(this::turn, interval.toNanos());
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
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            hinderedBy("the outbox does not answer", broken);
        } finally {
            if (!closed) {
                start();
            }
        }
    }

    /** False when there is nothing more to do now. */
    private boolean sendPage() throws InterruptedException {
        long begun = scheduler.nanoTime();
        Outbox.Paused paused = pauses.at(begun);
        int room = OutboxPauses.PAUSES_MAX - paused.size();
        if (room <= 0 || begun - awayUntilNanos < 0) {
            return false;
        }
        List<Outbox.Entry> page = outbox.oldest(Math.min(room, PAGE_MESSAGES_MAX), paused);
        hindered = hindered && paused.size() > 0;
        Set<String> stopped = new HashSet<>();
        boolean any = false;
        for (OutboxWave wave = wave(page, stopped); !wave.isEmpty(); wave = wave(wave.behind(), stopped)) {
            any = true;
            send(wave, stopped);
            if (wave.isTransportAway()) {
                awayUntilNanos = scheduler.nanoTime() + AWAY.toNanos();
                hinderedBy(
                        "the transport takes nothing: "
                                + wave.refused().getFirst().why().detail(),
                        null);
                return false;
            }
            if (closed || scheduler.nanoTime() - begun > OutboxWave.ANSWER_WITHIN.toNanos()) {
                // What is left of a slow key is read again, together with what came meanwhile.
                break;
            }
        }
        return any;
    }

    private OutboxWave wave(List<Outbox.Entry> entries, Set<String> stopped) {
        long now = scheduler.nanoTime();
        return new OutboxWave(entries, entry -> pauses.holds(entry, now) || isStopped(entry.key(), stopped));
    }

    private static boolean isStopped(@Nullable String key, Set<String> stopped) {
        return key != null && stopped.contains(key);
    }

    /** @param stopped takes the keys of which nothing more of this page may go */
    private void send(OutboxWave wave, Set<String> stopped) throws InterruptedException {
        wave.send(transport, scheduler);
        if (wave.isTransportAway()) {
            return;
        }
        wave.accepted().forEach(pauses::gone);
        for (OutboxWave.Refused refused : wave.refused()) {
            // Whatever the outbox says to the rest: it is not sent again at once.
            pauses.refused(refused.entry(), scheduler.nanoTime());
            String key = refused.entry().key();
            if (key != null) {
                stopped.add(key);
            }
        }
        if (!wave.accepted().isEmpty()) {
            outbox.remove(wave.accepted());
        }
        for (OutboxWave.Refused refused : wave.refused()) {
            Refusal why = refused.why();
            if (FOR_GOOD.contains(why.reason())) {
                setAside(refused.entry(), why);
            } else {
                hinderedBy("the transport does not take a message of the outbox: " + why.detail(), null);
            }
        }
    }

    private void setAside(Outbox.Entry entry, Refusal why) {
        outbox.setAside(entry, why.reason().code() + ": " + why.detail());
        pauses.gone(entry);
        setAside.increment();
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
