package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what an outbox holds, in its order, and removes what the transport has accepted: at least once. Of one ordering
 * key there is one message on its way at a time, so nothing goes past one that was refused; what has another key, or
 * none, does not wait for it. One turn at a time, by the scheduler of the bus.
 */
public final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int TURN_MESSAGES_MAX = 100;
    /** What was not answered by then is sent again. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final Outbox outbox;
    private final Transport transport;
    private final Scheduler scheduler;
    private final Duration interval;
    private volatile boolean closed;
    /** The last turn did not get through, and the log has it. Owned by the turn. */
    private boolean hindered;

    public OutboxRelay(Outbox outbox, Transport transport, Scheduler scheduler, Duration interval) {
        this.outbox = outbox;
        this.transport = transport;
        this.scheduler = scheduler;
        this.interval = interval;
    }

    public void start() {
        try {
            scheduler.schedule(this::turn, interval.toNanos());
        } catch (RejectedExecutionException ended) {
            closed = true;
        }
    }

    private void turn() {
        if (closed) {
            return;
        }
        try {
            while (!closed && sendOldest()) {}
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
    private boolean sendOldest() throws InterruptedException {
        List<Outbox.Entry> left = outbox.oldest(TURN_MESSAGES_MAX);
        boolean any = !left.isEmpty();
        Set<String> stopped = new HashSet<>();
        Refusal refused = null;
        while (!left.isEmpty() && !closed) {
            Wave wave = new Wave(left, stopped);
            wave.send();
            Refusal inWave = wave.await(stopped);
            refused = inWave == null ? refused : inWave;
            outbox.remove(wave.accepted);
            left = wave.later;
        }
        if (refused != null) {
            hinderedBy("the transport does not take a message of the outbox: " + refused.detail(), null);
            return false;
        }
        hindered = false;
        return any;
    }

    private void hinderedBy(String what, @Nullable RuntimeException why) {
        if (!hindered) {
            LOG.warn("{}; it is tried again every {} ms", what, interval.toMillis(), why);
        }
        hindered = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** What may be on its way together: at most one message of each ordering key. */
    private final class Wave {
        private final List<Sent> sent = new ArrayList<>();
        private final List<Outbox.Entry> accepted = new ArrayList<>();
        private final List<Outbox.Entry> later = new ArrayList<>();

        private record Sent(Outbox.Entry entry, Answer answer) {
            @Nullable
            String key() {
                return keyOf(entry);
            }
        }

        /** @param stopped keys of which one was refused: theirs are left out */
        Wave(List<Outbox.Entry> entries, Set<String> stopped) {
            Set<String> keys = new HashSet<>();
            for (Outbox.Entry entry : entries) {
                String key = keyOf(entry);
                if (key != null && stopped.contains(key)) {
                    continue;
                }
                if (key == null || keys.add(key)) {
                    sent.add(new Sent(entry, new Answer()));
                } else {
                    later.add(entry);
                }
            }
        }

        void send() {
            for (Sent each : sent) {
                transport.publish(each.entry.message(), each.answer, 0);
            }
        }

        /** @return null: all were accepted; otherwise why one was not */
        @Nullable
        Refusal await(Set<String> stopped) throws InterruptedException {
            Refusal refused = null;
            for (Sent each : sent) {
                Refusal why = scheduler.await(each.answer.ended, ANSWER_WITHIN.toNanos())
                        ? each.answer.refusal
                        : new Refusal(ReasonCode.INTERNAL, "no answer within " + ANSWER_WITHIN);
                if (why == null) {
                    accepted.add(each.entry);
                    continue;
                }
                refused = why;
                String key = each.key();
                if (key != null) {
                    stopped.add(key);
                }
            }
            return refused;
        }
    }

    private static @Nullable String keyOf(Outbox.Entry entry) {
        return entry.message().properties().orderingKey();
    }

    private static final class Answer implements PublishCallback {
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        volatile @Nullable Refusal refusal;

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            ended.complete(null);
        }

        @Override
        public void refused(long context, Refusal why) {
            refusal = why;
            ended.complete(null);
        }
    }
}
