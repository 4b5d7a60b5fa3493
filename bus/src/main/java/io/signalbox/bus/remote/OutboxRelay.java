package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends what an outbox holds, in its order, and removes it when the transport has answered for it: at least once, and
 * nothing past a message that was refused, so order holds. One turn at a time, by the scheduler of the bus.
 */
public final class OutboxRelay implements AutoCloseable {
    private static final int TURN_MESSAGES_MAX = 100;

    private final Outbox outbox;
    private final Transport transport;
    private final Scheduler scheduler;
    private final Duration interval;
    private volatile boolean closed;

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
        } finally {
            if (!closed) {
                start();
            }
        }
    }

    /** False when there is nothing more to do now. */
    private boolean sendOldest() throws InterruptedException {
        List<Outbox.Entry> entries = outbox.oldest(TURN_MESSAGES_MAX);
        List<Answer> answers = new ArrayList<>();
        for (Outbox.Entry entry : entries) {
            Answer answer = new Answer();
            answers.add(answer);
            transport.publish(entry.message(), answer, 0);
        }
        List<Outbox.Entry> sent = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            scheduler.await(answers.get(i).ended, Long.MAX_VALUE);
            if (answers.get(i).refusal != null) {
                break;
            }
            sent.add(entries.get(i));
        }
        outbox.remove(sent);
        return !entries.isEmpty() && sent.size() == entries.size();
    }

    @Override
    public void close() {
        closed = true;
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
