package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.registry.HandlerEntry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls handlers that must end in time, each on a thread of its own. What ignores its interrupt is left behind there,
 * and counted until it comes back.
 */
final class TimeLimit {
    private TimeLimit() {}

    private record Outcome(@Nullable Throwable error) {}

    /** @return what it threw, or that its time was up; null: it is done */
    static @Nullable Throwable call(
            BusParts parts,
            EventDispatch dispatch,
            HandlerEntry entry,
            Body body,
            Envelope<?> envelope,
            long timeoutNanos) {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Outcome> ended = new CompletableFuture<>();
        try {
            parts.scheduler().execute(() -> {
                if (!cancellation.enter()) {
                    return;
                }
                dispatch.handlerStarted();
                Throwable error = null;
                try {
                    Frame.call(body, envelope, cancellation);
                } catch (Throwable thrown) {
                    error = thrown;
                } finally {
                    cancellation.leave();
                    dispatch.handlerEnded();
                }
                ended.complete(new Outcome(error));
            });
            if (parts.scheduler().await(ended, timeoutNanos)) {
                return ended.join().error;
            }
        } catch (InterruptedException | RejectedExecutionException closing) {
            cancellation.cancel(Reason.CLOSED);
            return closing;
        }
        cancellation.cancel(Reason.EXPIRED);
        return new TimeoutException("handler '" + entry.name() + "' did not end within "
                + entry.options().timeout() + "; it was interrupted");
    }
}
