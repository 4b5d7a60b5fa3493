package io.signalbox.bus.command;

import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.dispatch.EventDispatch;
import io.signalbox.bus.lifecycle.CommandFinished;
import io.signalbox.bus.lifecycle.CommandStarted;
import io.signalbox.bus.lifecycle.LifecycleEvent;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.session.SessionScope;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One command with its handler, attempt after attempt. Runs on one thread. */
final class CommandRun<R extends @Nullable Object> {
    private final BusParts parts;
    private final EventDispatch events;
    private final Envelope<?> envelope;
    private final CommandTarget target;
    private final @Nullable Cancellation cancellation;
    /** The letter that is being redriven; null: a first execution. */
    private final @Nullable DeadLetter redriven;

    CommandRun(
            BusParts parts,
            EventDispatch events,
            Envelope<?> envelope,
            CommandTarget target,
            @Nullable Cancellation cancellation,
            @Nullable DeadLetter redriven) {
        this.parts = parts;
        this.events = events;
        this.envelope = envelope;
        this.target = target;
        this.cancellation = cancellation;
        this.redriven = redriven;
    }

    CommandResult<R> run() {
        SessionScope scope = (SessionScope) envelope.meta().session();
        if (events.hasSubscribers(CommandStarted.class, scope)) {
            tell(new CommandStarted(envelope, target.entry().name()));
        }
        CommandResult<R> result = attempts();
        if (events.hasSubscribers(CommandFinished.class, scope)) {
            tell(new CommandFinished(envelope, result));
        }
        return result;
    }

    private void tell(LifecycleEvent lifecycle) {
        long now = parts.scheduler().nowMillis();
        Meta meta = Meta.of(SendOptions.DEFAULT, envelope, null, now);
        events.publish(parts.envelope(lifecycle, now, meta));
    }

    @SuppressWarnings("unchecked") // the handler is registered for commands with this answer
    private CommandResult<R> attempts() {
        for (int attempts = 1; ; attempts++) {
            Throwable error;
            try {
                Object answer = Frame.call(target.body(), envelope, cancellation);
                if (target.direct()) {
                    return (CommandResult<R>) new CommandResult.Success<>(answer);
                }
                return (CommandResult<R>)
                        Objects.requireNonNull(answer, "a middleware answered null instead of a result");
            } catch (Throwable thrown) {
                error = thrown;
            }
            Reason cancelled = cancellation == null ? null : cancellation.reason();
            if (cancelled != null) {
                return new CommandResult.Failure<>(stopped(cancelled, error), attempts, null);
            }
            boolean again = target.retry().retries(attempts, error);
            if (error instanceof RejectedMessageException rejected && !(again && rejected.retryAfter() != null)) {
                return new CommandResult.Rejected<>(
                        rejected.why(), String.valueOf(rejected.getMessage()), rejected.retryAfter());
            }
            if (target.retry().maxRetries() > 0) {
                events.report(envelope, target.entry().name(), error, attempts);
            }
            if (!again) {
                return new CommandResult.Failure<>(error, attempts, deadLetter(attempts, error));
            }
            if (!pause(attempts, error)) {
                return new CommandResult.Failure<>(stopped(Reason.CANCELLED, error), attempts, null);
            }
        }
    }

    private static Throwable stopped(Reason reason, Throwable error) {
        Exception why = reason == Reason.EXPIRED
                ? new TimeoutException("time was up before the handler ended; it was interrupted")
                : new CancellationException("cancelled while its handler was running");
        why.addSuppressed(error);
        return why;
    }

    /** Who asked for retries wants the command kept when they did not help. */
    private @Nullable String deadLetter(int attempts, Throwable error) {
        long now = parts.scheduler().nowMillis();
        if (redriven != null) {
            events.deadLetters().addAgain(redriven, attempts, Reason.DELIVERY_LIMIT, error, now);
            return redriven.id();
        }
        if (target.retry().maxRetries() == 0) {
            return null;
        }
        return events.deadLetters()
                .add(envelope, target.entry().name(), attempts, Reason.DELIVERY_LIMIT, error, now)
                .id();
    }

    private boolean pause(int attempts, Throwable error) {
        try {
            long delayNanos =
                    RejectedMessageException.notBefore(target.retry().delayNanos(attempts, parts.random()), error);
            parts.scheduler().await(new CompletableFuture<Void>(), delayNanos);
            return true;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
