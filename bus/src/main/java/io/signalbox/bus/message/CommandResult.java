package io.signalbox.bus.message;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended. A value, never an exception: whether its error is the caller's concern is the caller's choice,
 * made with a switch or with {@link #orElseThrow()}.
 */
public sealed interface CommandResult<R extends @Nullable Object> {
    /** Its handler answered. */
    record Success<R extends @Nullable Object>(R value) implements CommandResult<R> {}

    /**
     * Its handler was called and failed, or did not end in time; its effects are unknown.
     *
     * @param error what the last attempt threw; a {@link java.util.concurrent.TimeoutException} when time was up
     * @param attempts how often the handler was called
     * @param deadLetterId where the command is kept for a redrive. Then it is the bus's to try again: a caller that
     *     retries too doubles the effect, unless the command has an idempotency key
     */
    record Failure<R extends @Nullable Object>(
            Throwable error, int attempts, @Nullable String deadLetterId) implements CommandResult<R> {}

    /**
     * It reached no handler: nothing has happened.
     *
     * @param detail names the value and the limit
     * @param retryAfter when trying again may succeed; null when that is not a matter of time
     */
    record Rejected<R extends @Nullable Object>(
            Reason reason, String detail, @Nullable Duration retryAfter) implements CommandResult<R> {}

    static <R extends @Nullable Object> CommandResult<R> success(R value) {
        return new Success<>(value);
    }

    static <R extends @Nullable Object> CommandResult<R> rejected(Reason reason, String detail) {
        return new Rejected<>(reason, detail, null);
    }

    default boolean isSuccess() {
        return this instanceof Success<R>;
    }

    /**
     * The handler's answer.
     *
     * @throws CommandException if there is none
     */
    default R orElseThrow() {
        return switch (this) {
            case Success<R>(R value) -> value;
            case Failure<R> failure -> throw CommandException.of(failure);
            case Rejected<R> rejected -> throw CommandException.of(rejected);
        };
    }
}
