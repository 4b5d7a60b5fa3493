package io.signalbox.bus.command;

import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.dispatch.EventDispatch;
import io.signalbox.bus.ledger.CommandCounters;
import io.signalbox.bus.ledger.Journal;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.parts.Routes;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.session.SessionScope;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The front of this package: takes commands and answers them. */
public final class CommandDispatch {
    private static final Runnable NOBODY_ASKS = () -> {};

    private final BusParts parts;
    private final EventDispatch events;
    private final Door door;
    private final Routes<CommandRoute> routes;
    /** Those that somebody waits for while they run elsewhere. */
    private final Set<CommandFuture<?>> open = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    public CommandDispatch(BusParts parts, EventDispatch events) {
        this.parts = parts;
        this.events = events;
        door = new Door(parts, events);
        routes = new Routes<>(type -> new CommandRoute(type, parts, events));
    }

    /** @param session null: that of the message being handled, if any */
    @SuppressWarnings("unchecked") // the handler is registered for commands with this answer
    public <R extends @Nullable Object> CommandResult<R> execute(
            Command<R> command, SendOptions options, @Nullable SessionScope session) {
        CommandRoute route = routes.get(command.getClass());
        Frame frame = Frame.current();
        CommandRoute.Resolved resolved = route.resolve();
        if (!resolved.plain()
                || frame != null
                || session != null
                || options != SendOptions.DEFAULT
                || parts.stamp() != null
                || events.refusesNow()) {
            return execute(route, command, options, session, frame);
        }
        route.counters.sent.increment();
        Object answer;
        try {
            answer =
                    Frame.call(Objects.requireNonNull(resolved.target()).body(), command, Meta.NONE, parts.scheduler());
        } catch (Throwable error) {
            CommandResult<R> failed = failedPlain(route.counters, error);
            events.settledOne();
            return failed;
        }
        route.counters.succeeded.increment();
        events.settledOne();
        return (CommandResult<R>) new CommandResult.Success<>(answer);
    }

    private static <R extends @Nullable Object> CommandResult<R> failedPlain(
            CommandCounters counters, Throwable error) {
        if (error instanceof RejectedMessageException rejected) {
            counters.rejected(rejected.why());
            return new CommandResult.Rejected<>(
                    rejected.why(), String.valueOf(rejected.getMessage()), rejected.retryAfter());
        }
        counters.failed.increment();
        return new CommandResult.Failure<>(error, 1, null);
    }

    private <R extends @Nullable Object> CommandResult<R> execute(
            CommandRoute route,
            Command<R> command,
            SendOptions options,
            @Nullable SessionScope session,
            @Nullable Frame frame) {
        Admission<R> admission = door.admit(route, command, options, session, frame);
        if (admission.refusal() != null) {
            return admission.refusal();
        }
        if (admission.isLocal()
                && (admission.envelope().deadlineMillis() == 0
                        || parts.scheduler().callerRuns())) {
            return end(route, admission, run(admission, null));
        }
        CommandFuture<R> future = start(route, admission);
        try {
            parts.scheduler().await(future, Long.MAX_VALUE);
        } catch (InterruptedException interrupted) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            return new CommandResult.Failure<>(interrupted, 1, null);
        }
        return future.join();
    }

    /** Cancelling the future interrupts the handler. */
    public <R extends @Nullable Object> CompletableFuture<CommandResult<R>> executeAsync(
            Command<R> command, SendOptions options, @Nullable SessionScope session) {
        CommandRoute route = routes.get(command.getClass());
        Admission<R> admission = door.admit(route, command, options, session, Frame.current());
        return admission.refusal() != null
                ? CompletableFuture.completedFuture(admission.refusal())
                : start(route, admission);
    }

    /**
     * A command that came from outside, with its envelope. Cancelling the future interrupts the handler.
     *
     * @param begun run before the handler and what is around it is called
     */
    public CompletableFuture<CommandResult<Object>> executeArrived(Envelope<?> envelope, Runnable begun) {
        CommandRoute route = routes.get(envelope.message().getClass());
        route.counters.sent.increment();
        SessionScope scope = (SessionScope) envelope.meta().session();
        CommandTarget target = null;
        Reason absent = Reason.NO_HANDLER;
        try {
            target = route.target(scope);
        } catch (RuntimeException | Error brokenRegistry) {
            events.report(envelope, "registry", brokenRegistry, 1);
            absent = Reason.REGISTRY;
        }
        long now = parts.scheduler().nowMillis();
        Reason reason = events.refusesNow()
                ? Reason.CLOSED
                : target == null
                        ? absent
                        : envelope.isExpired(now)
                                ? Reason.EXPIRED
                                : scope != null && !scope.enter(false) ? Reason.SESSION_CLOSED : null;
        if (target == null || reason != null) {
            Reason why = Objects.requireNonNull(reason);
            CommandResult<Object> rejected = CommandResult.rejected(why, why.remedy());
            count(route.counters, rejected);
            return CompletableFuture.completedFuture(rejected);
        }
        return start(route, new Admission<>(target.limited(envelope, now), target, null), begun);
    }

    // ---- running

    private <R extends @Nullable Object> CommandResult<R> run(
            Admission<R> admission, @Nullable Cancellation cancellation) {
        return new CommandRun<R>(
                        parts,
                        events,
                        admission.envelope(),
                        Objects.requireNonNull(admission.target()),
                        cancellation,
                        null)
                .run();
    }

    private <R extends @Nullable Object> CommandResult<R> end(
            CommandRoute route, Admission<R> admission, CommandResult<R> result) {
        count(route.counters, result);
        written(admission.envelope(), result);
        leave(admission.envelope());
        return result;
    }

    private void written(Envelope<?> envelope, CommandResult<?> result) {
        Journal journal = parts.journal();
        if (journal != null) {
            journal.answered(envelope, result);
        }
    }

    private static void leave(Envelope<?> envelope) {
        if (envelope.meta().session() instanceof SessionScope scope) {
            scope.leave();
        }
    }

    private void count(CommandCounters counters, CommandResult<?> result) {
        switch (result) {
            case CommandResult.Success<?> success -> counters.succeeded.increment();
            case CommandResult.Failure<?> failure -> counters.failed.increment();
            case CommandResult.Rejected<?> rejected -> counters.rejected(rejected.reason());
        }
        events.settledOne();
    }

    private <R extends @Nullable Object> CommandFuture<R> start(CommandRoute route, Admission<R> admission) {
        return start(route, admission, NOBODY_ASKS);
    }

    private <R extends @Nullable Object> CommandFuture<R> start(
            CommandRoute route, Admission<R> admission, Runnable begun) {
        CommandFuture<R> future = new CommandFuture<>(begun);
        open.add(future);
        future.whenComplete((result, error) -> {
            open.remove(future);
            if (error != null) {
                route.counters.failed.increment();
                events.settledOne();
            } else {
                count(route.counters, result);
                written(admission.envelope(), result);
            }
        });
        if (closed) {
            // Whoever closed the bus may have looked before it was open.
            finish(future, admission, CommandResult.rejected(Reason.CLOSED, "the bus is closed"), null);
            return future;
        }
        if (admission.isLocal()) {
            startHere(future, admission);
        } else {
            send(future, admission);
        }
        return future;
    }

    private <R extends @Nullable Object> void startHere(CommandFuture<R> future, Admission<R> admission) {
        Scheduler.@Nullable Timer limit = null;
        long deadline = admission.envelope().deadlineMillis();
        try {
            if (deadline != 0) {
                long left = Math.max(1, deadline - parts.scheduler().nowMillis());
                limit = parts.scheduler().schedule(() -> timeIsUp(future), left * 1_000_000);
            }
            Scheduler.@Nullable Timer timer = limit;
            parts.scheduler().execute(() -> runIn(future, admission, timer));
        } catch (RejectedExecutionException closing) {
            finish(future, admission, CommandResult.rejected(Reason.CLOSED, "the bus is closed"), limit);
        }
    }

    /** The way out watches its deadline, too. */
    private <R extends @Nullable Object> void send(CommandFuture<R> future, Admission<R> admission) {
        Outbound outbound = Objects.requireNonNull(parts.outbound());
        outbound.execute(admission.envelope()).thenAccept(result -> finish(future, admission, cast(result), null));
        future.whenComplete((result, error) -> {
            if (future.isCancelled()) {
                outbound.cancel(admission.envelope());
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static <R extends @Nullable Object> CommandResult<R> cast(CommandResult<?> result) {
        return (CommandResult<R>) result;
    }

    private <R extends @Nullable Object> void runIn(
            CommandFuture<R> future, Admission<R> admission, Scheduler.@Nullable Timer limit) {
        Cancellation cancellation = future.cancellation();
        if (!future.begin()) {
            finish(future, admission, CommandResult.rejected(Reason.CANCELLED, "cancelled before it began"), limit);
            return;
        }
        CommandResult<R> result;
        try {
            result = run(admission, cancellation);
        } finally {
            cancellation.leave();
        }
        finish(future, admission, result, limit);
    }

    private static <R extends @Nullable Object> void finish(
            CommandFuture<R> future, Admission<R> admission, CommandResult<R> result, Scheduler.@Nullable Timer limit) {
        if (limit != null) {
            limit.cancel();
        }
        leave(admission.envelope());
        future.complete(result);
    }

    /** The caller is answered now, whether the handler heeds its interrupt or not. */
    private static void timeIsUp(CommandFuture<?> future) {
        // Answered first: a handler that makes a result of its interrupt would otherwise be quicker now and then.
        future.complete(new CommandResult.Failure<>(
                new TimeoutException("time was up before the handler ended; it was interrupted"), 1, null));
        future.cancellation().cancel(Reason.EXPIRED);
    }

    // ---- redrive and end

    /** With the handler of its session, as long as that is open, or else with that of the bus; on this thread. */
    public Redrive redrive(DeadLetter letter) {
        if (events.refusesNow()) {
            return Redrive.NO_HANDLER;
        }
        SessionScope scope = (SessionScope) letter.envelope().meta().session();
        CommandTarget target = routes.get(letter.envelope().message().getClass())
                .target(scope == null || scope.isClosed() ? null : scope);
        if (target == null) {
            return Redrive.NO_HANDLER;
        }
        CommandResult<Object> result =
                new CommandRun<Object>(parts, events, letter.envelope(), target, null, letter).run();
        if (result instanceof CommandResult.Rejected<Object> rejected) {
            events.deadLetters()
                    .addAgain(
                            letter,
                            0,
                            rejected.reason(),
                            null,
                            parts.scheduler().nowMillis());
        }
        return result.isSuccess() ? Redrive.RESOLVED : Redrive.FAILED_AGAIN;
    }

    /** Something was unregistered: no cache may hold it, or its class loader, any longer. */
    public void forgetStale() {
        routes.forgetStale();
    }

    /** Whoever still waits is answered, and the handlers are interrupted: no timer of theirs will come any more. */
    public void close() {
        closed = true;
        for (CommandFuture<?> future : open) {
            future.complete(new CommandResult.Failure<>(
                    new CancellationException("the bus was closed before the handler ended; it was interrupted"),
                    1,
                    null));
            future.cancellation().cancel(Reason.CLOSED);
        }
        routes.close();
    }
}
