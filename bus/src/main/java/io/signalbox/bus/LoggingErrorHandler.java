package io.signalbox.bus;

import io.signalbox.bus.handler.ErrorHandler;
import io.signalbox.bus.message.Envelope;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each handler and second; the others are counted. No payloads. */
final class LoggingErrorHandler implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger("io.signalbox.bus");
    private static final long INTERVAL_NANOS = 1_000_000_000;
    private static final int HANDLERS_MAX = 1_000;

    private final ConcurrentHashMap<String, Quiet> byHandler = new ConcurrentHashMap<>();

    private static final class Quiet {
        final AtomicLong untilNanos = new AtomicLong(System.nanoTime());
        final LongAdder leftOut = new LongAdder();
    }

    @Override
    public void onError(Envelope<?> envelope, String handler, Throwable error, int attempts) {
        if (byHandler.size() > HANDLERS_MAX) {
            byHandler.clear();
        }
        Quiet quiet = byHandler.computeIfAbsent(handler, key -> new Quiet());
        long now = System.nanoTime();
        long until = quiet.untilNanos.get();
        if (now - until < 0 || !quiet.untilNanos.compareAndSet(until, now + INTERVAL_NANOS)) {
            quiet.leftOut.increment();
            return;
        }
        LOG.warn(
                "handler '{}' failed in attempt {} with message {} of type {} ({} more failures since the last line)",
                handler,
                attempts,
                envelope.id(),
                envelope.message().getClass().getName(),
                quiet.leftOut.sumThenReset(),
                error);
    }
}
