package io.signalbox.bus.middleware;

import io.signalbox.bus.message.Reason;
import io.signalbox.error.SignalboxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A message does not reach its handler. A command is answered with a rejection; an event's delivery is dead-lettered
 * with the reason and, unless the reason passes with time, without another attempt.
 */
public final class RejectedMessageException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    private final Reason why;
    private final @Nullable Duration retryAfter;

    public RejectedMessageException(Reason why, String detail) {
        this(why, detail, null);
    }

    /** @param retryAfter null: trying again does not help */
    public RejectedMessageException(Reason why, String detail, @Nullable Duration retryAfter) {
        super(why.wire(), detail);
        this.why = why;
        this.retryAfter = retryAfter;
    }

    /** The delay until another attempt, but for a rejection that names a later time. */
    public static long notBefore(long delayNanos, Throwable error) {
        return error instanceof RejectedMessageException rejected && rejected.retryAfter != null
                ? Math.max(delayNanos, rejected.retryAfter.toNanos())
                : delayNanos;
    }

    public Reason why() {
        return why;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
