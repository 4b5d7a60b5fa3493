package io.signalbox.configuration.bridge;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears what an archive says to copies that it need not have. Thread safe. */
final class Misses implements PublishCallback {
    private static final Logger LOG = LoggerFactory.getLogger(Misses.class);
    private static final long LOGGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String archive;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOGGED_EVERY_NANOS);
    private volatile @Nullable Refusal last;

    Misses(String archive) {
        this.archive = archive;
    }

    long count() {
        return count.get();
    }

    /** DEGRADED until the archive takes a copy again. */
    Health health() {
        Refusal refusal = last;
        return refusal == null
                ? Health.UP
                : new Health(
                        Health.Status.DEGRADED,
                        archive + " has missed " + count + " copies; the last: "
                                + refusal.reason().code() + ", " + refusal.detail());
    }

    @Override
    public void published(long context, Outcome outcome, Durability reached, long sequence) {
        last = null;
    }

    @Override
    public void refused(long context, Refusal refusal) {
        long missed = count.incrementAndGet();
        last = refusal;
        long now = System.nanoTime();
        long logged = loggedNanos.get();
        if (now - logged >= LOGGED_EVERY_NANOS && loggedNanos.compareAndSet(logged, now)) {
            LOG.warn(
                    "{} has missed {} copies of what crossed a bridge; the last: {}, {}",
                    archive,
                    missed,
                    refusal.reason().code(),
                    refusal.detail());
        }
    }
}
