package io.signalbox.cli.bench;

import io.signalbox.cli.link.MqttLink;
import io.signalbox.cli.link.Outgoing;
import io.signalbox.cli.link.PublishProperties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Publishes until told to stop. At a given rate each message is stamped with the time at which it was due, not at
 * which there was room for it: a server that stalls must not hide how long the stall was.
 */
final class BenchPublisher implements Runnable {
    private final BenchPlan plan;
    private final int number;
    private final MqttLink link;
    private final Recorder acknowledgement;
    private final LongAdder sent;
    private final AtomicReference<@Nullable Throwable> failure;
    private final Semaphore window;
    private volatile boolean stop;
    private volatile long sequence;

    BenchPublisher(
            BenchPlan plan,
            int number,
            MqttLink link,
            Recorder acknowledgement,
            LongAdder sent,
            AtomicReference<@Nullable Throwable> failure) {
        this.plan = plan;
        this.number = number;
        this.link = link;
        this.acknowledgement = acknowledgement;
        this.sent = sent;
        this.failure = failure;
        this.window = new Semaphore(plan.window());
    }

    void stop() {
        stop = true;
    }

    /** How many it sent. */
    long sequence() {
        return sequence;
    }

    @Override
    public void run() {
        String topic = plan.topicOf(number);
        long periodNanos =
                plan.ratePerSecond() == 0 ? 0 : Math.max(1, 1_000_000_000L * plan.publishers() / plan.ratePerSecond());
        // Spread over a period, so that not all publish at the same instant.
        long due = System.nanoTime() + periodNanos * number / plan.publishers();
        while (!stop && failure.get() == null) {
            if (periodNanos > 0) {
                long early = due - System.nanoTime();
                if (early > 0) {
                    LockSupport.parkNanos(early);
                    continue;
                }
            }
            window.acquireUninterruptibly();
            long stamped = periodNanos > 0 ? due : System.nanoTime();
            due += periodNanos;
            byte[] payload = Stamp.payload(plan.payloadBytes(), number, sequence, stamped);
            var unused = link.publish(new Outgoing(topic, payload, plan.qos(), false, PublishProperties.NONE))
                    .whenComplete((done, failed) -> {
                        if (failed != null) {
                            failure.compareAndSet(null, failed);
                        } else {
                            acknowledgement.recordValue(Math.max(0, System.nanoTime() - stamped));
                        }
                        window.release();
                    });
            counted();
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    private void counted() {
        sequence++;
        sent.increment();
    }
}
