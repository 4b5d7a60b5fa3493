package io.signalbox.configuration.hierarchy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Surroundings;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens all transports that are made of no others at once, so that a start takes as long as the slowest server and not
 * as long as all together; and no longer than a limit, for servers that neither answer nor refuse.
 */
final class Openings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Openings.class);
    /** What is not open by then is opened while the start goes on. */
    static final Duration WAIT = Duration.ofSeconds(5);
    /** What must be open fails the start then. */
    static final Duration FAIL = Duration.ofSeconds(12);

    private final Function<TransportEntry, Surroundings> surroundings;
    private final long beganNanos = System.nanoTime();
    /** Those that nobody has taken yet. */
    private final Map<String, CompletableFuture<Transport>> opening;

    /** Begins with all of them. */
    Openings(Hierarchy hierarchy, Function<TransportEntry, Surroundings> surroundings) {
        this.surroundings = surroundings;
        Map<String, Callable<Transport>> work = new LinkedHashMap<>();
        hierarchy.entries().stream()
                .filter(entry -> entry.plan().parts().isEmpty())
                .forEach(entry -> work.put(entry.name(), () -> entry.plan().open(surroundings.apply(entry))));
        opening = AllAtOnce.start("opening", work);
    }

    /**
     * The transport, or what stands for it while its server is silent. Those that are made of others are opened now.
     *
     * @throws SignalboxException if its server cannot be reached, and that is to fail
     * @throws IOException if its files cannot be used
     */
    Transport take(TransportEntry entry) throws IOException {
        CompletableFuture<Transport> begun = opening.remove(entry.name());
        if (begun == null) {
            return entry.plan().open(surroundings.apply(entry));
        }
        boolean mustBeThere = entry.whenAbsent() == AbsencePolicy.FAIL;
        Duration limit = mustBeThere ? FAIL : WAIT;
        long left = beganNanos + limit.toNanos() - System.nanoTime();
        try {
            // Files of this machine are read for as long as it takes.
            return await(begun, entry.plan().hasServer() ? left : Long.MAX_VALUE);
        } catch (TimeoutException e) {
            if (mustBeThere) {
                abandon(begun);
                throw new SignalboxException(
                        ReasonCode.BUSY,
                        "its server has neither answered nor refused within " + limit.toSeconds() + " s",
                        e);
            }
            begun.whenComplete((transport, failure) -> {
                if (failure == null) {
                    LOG.info("transport {} is open", entry.name());
                } else {
                    LOG.error("transport {} could not be opened, and is not tried again", entry.name(), failure);
                }
            });
            return new LateTransport(
                    entry.name(), entry.plan().promise(Map.of(), Duration.ZERO).capabilities(), begun);
        }
    }

    private static Transport await(CompletableFuture<Transport> opening, long nanos)
            throws IOException, TimeoutException {
        try {
            return opening.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon(opening);
            throw new SignalboxException(ReasonCode.BUSY, "the start was interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static void abandon(CompletableFuture<Transport> opening) {
        opening.thenAccept(Transport::close);
    }

    /** Closes what nobody has taken, also what is open only later. */
    @Override
    public void close() {
        opening.values().forEach(Openings::abandon);
        opening.clear();
    }
}
