package io.signalbox.transports.remote;

import io.signalbox.client.http.ApiPlace;
import io.signalbox.client.http.Past;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transports.remote.wire.Positions;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The past of the other server, over its HTTP API, read as fast as the visitor takes it. */
final class History implements AutoCloseable {
    /** Null where there is a past. */
    private final @Nullable Refusal missing;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final @Nullable Past past;

    History(RemoteConfig config, Capabilities capabilities) {
        missing = new Admission("remote", capabilities).missing(Feature.REPLAY);
        past = config.api() == null
                ? null
                : new Past(
                        new ApiPlace(
                                config.api(),
                                config.login(),
                                config.tls(),
                                config.waits().connect()),
                        threads);
    }

    /** The visitor has seen enough: the one way to stop the SDK, which hands over all there is. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough", null, false, false);
        }
    }

    CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        if (missing != null || past == null) {
            return CompletableFuture.failedFuture(
                    Objects.requireNonNull(missing).toException());
        }
        if (request.start() instanceof StartPosition.New || request.limit() < 1) {
            return CompletableFuture.completedFuture(0L);
        }
        long[] handed = {0};
        return past.replay(request.filter(), Positions.text(request.start()), 0, stored -> {
                    if (stored.timeMillis() > request.untilMillis()) {
                        throw new Enough(); // times ascend
                    }
                    handed[0]++;
                    if (!visitor.test(stored) || handed[0] >= request.limit()) {
                        throw new Enough();
                    }
                })
                .handle((all, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause != null && !(cause instanceof Enough)) {
                        throw new CompletionException(cause);
                    }
                    return handed[0];
                });
    }

    @Override
    public void close() {
        if (past != null) {
            past.close();
        }
        threads.shutdownNow();
    }
}
