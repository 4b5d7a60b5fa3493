package io.signalbox.bus.command;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.dispatch.EventDispatch;
import io.signalbox.bus.ledger.Journal;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.session.SessionScope;
import org.jspecify.annotations.Nullable;

/** Lets commands of this process in, or refuses them; each that goes in is counted in its session. */
final class Door {
    private final BusParts parts;
    private final EventDispatch events;

    Door(BusParts parts, EventDispatch events) {
        this.parts = parts;
        this.events = events;
    }

    /** Gives it its envelope, and looks whether it may run. */
    <R extends @Nullable Object> Admission<R> admit(
            CommandRoute route,
            Command<R> command,
            SendOptions options,
            @Nullable SessionScope session,
            @Nullable Frame frame) {
        Admission<R> admission = decide(route, command, options, session, frame);
        Journal journal = parts.journal();
        if (journal != null) {
            journal.sent(admission.envelope());
            if (admission.refusal() != null) {
                journal.answered(admission.envelope(), admission.refusal());
            }
        }
        return admission;
    }

    private <R extends @Nullable Object> Admission<R> decide(
            CommandRoute route,
            Command<R> command,
            SendOptions options,
            @Nullable SessionScope session,
            @Nullable Frame frame) {
        route.counters.sent.increment();
        long now = parts.scheduler().nowMillis();
        Envelope<?> cause = frame == null ? null : frame.envelope();
        Meta meta = Meta.of(parts.stamped(options), cause, session, now);
        if (frame != null) {
            meta = meta.withDeadlineAtMost(frame.meta().deadlineMillis());
        }
        SessionScope scope = (SessionScope) meta.session();
        CommandTarget target = route.target(scope);
        if (target != null && target.timeoutMillis() != 0) {
            meta = meta.withDeadlineAtMost(now + target.timeoutMillis());
        }
        Envelope<?> envelope = parts.envelope(command, now, meta);
        if (events.refusesNow()) {
            return refuse(route, envelope, Reason.CLOSED, "the bus is closed");
        }
        if (meta.depth() > parts.depthMax()) {
            return refuse(
                    route,
                    envelope,
                    Reason.TOO_DEEP,
                    "the chain of causes is " + meta.depth() + " long; the limit is " + parts.depthMax()
                            + "; look for an endless loop");
        }
        if (envelope.isExpired(now)) {
            return refuse(route, envelope, Reason.EXPIRED, "its deadline was over before it began");
        }
        if (target == null && !isCarried(route.type())) {
            return refuse(
                    route,
                    envelope,
                    Reason.NO_HANDLER,
                    "nobody handles " + route.type().getName() + "; register a handler first");
        }
        if (scope != null && !scope.enter(isWithin(frame, scope))) {
            return refuse(
                    route, envelope, Reason.SESSION_CLOSED, "session '" + scope.id() + "' is closed; open another");
        }
        return new Admission<>(envelope, target, null);
    }

    private static boolean isWithin(@Nullable Frame frame, SessionScope scope) {
        return frame != null && frame.meta().session() instanceof SessionScope sender && sender.isWithin(scope.id());
    }

    private boolean isCarried(Class<?> type) {
        Outbound outbound = parts.outbound();
        return outbound != null && outbound.carries(type);
    }

    private <R extends @Nullable Object> Admission<R> refuse(
            CommandRoute route, Envelope<?> envelope, Reason reason, String detail) {
        route.counters.rejected(reason);
        events.settledOne();
        return new Admission<>(envelope, null, CommandResult.rejected(reason, detail));
    }
}
