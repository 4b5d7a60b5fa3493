package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.ledger.Journal;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.session.SessionScope;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From a publisher to a lane. The short way is for what most publishes are: no options, no session, no cause, nothing
 * of the bus's in between; the long way makes the envelope first and asks everybody.
 */
final class Publishing {
    private final BusParts parts;
    private final EventDispatch dispatch;

    Publishing(BusParts parts, EventDispatch dispatch) {
        this.parts = parts;
        this.dispatch = dispatch;
    }

    /** @param session null: that of the message being handled, if any */
    PublishResult publish(EventRoute route, Object event, SendOptions options, @Nullable SessionScope session) {
        Frame frame = Frame.current();
        if (frame == null && session == null && options == SendOptions.DEFAULT && route.isShort) {
            ResolvedEvent resolved = route.resolve(null);
            if (resolved.count == 0) {
                route.lane.counters().unheard.increment();
                return PublishResult.NO_SUBSCRIBERS;
            }
            if (!parts.scheduler().callerRuns()) {
                return counted(route, route.lane.offer(event, parts.scheduler().nowMillis()));
            }
            if (resolved.single != null) {
                route.lane.deliverInline(event, resolved.single);
                return PublishResult.ACCEPTED;
            }
        }
        return publish(route, event, options, session, frame);
    }

    private PublishResult publish(
            EventRoute route,
            Object event,
            SendOptions options,
            @Nullable SessionScope session,
            @Nullable Frame frame) {
        long now = parts.scheduler().nowMillis();
        Meta meta = Meta.of(
                withKey(route, event, parts.stamped(options)), frame == null ? null : frame.envelope(), session, now);
        return publish(
                route,
                parts.envelope(event, now, meta),
                frame == null ? null : frame.meta().session());
    }

    /** @param fromSession the session of whoever sends */
    PublishResult publish(EventRoute route, Envelope<?> envelope, @Nullable Object fromSession) {
        PublishResult answer = answer(route, envelope, fromSession);
        Journal journal = parts.journal();
        if (journal != null) {
            journal.published(envelope, answer);
        }
        return answer;
    }

    private PublishResult answer(EventRoute route, Envelope<?> envelope, @Nullable Object fromSession) {
        Meta meta = envelope.meta();
        if (meta.depth() > parts.depthMax()) {
            return counted(route, Refusals.tooDeep(meta.depth(), parts.depthMax()));
        }
        Filter filter = parts.filter();
        if (filter != null && !passes(filter, envelope)) {
            return refused(route, Reason.FILTERED, "the filter of the bus did not let it pass");
        }
        SessionScope scope = (SessionScope) meta.session();
        if (scope != null && !scope.enter(isWithin(fromSession, scope))) {
            return refused(route, Reason.SESSION_CLOSED, "session '" + scope.id() + "' is closed; open another");
        }
        if (route.carrier != null && meta.completion() == null) {
            // It is pending in the session again when it comes back.
            if (scope != null) {
                scope.leave();
            }
            return counted(route, route.lane.sent(route.carrier.publish(envelope)));
        }
        ResolvedEvent resolved = route.resolve(scope);
        if (resolved.count == 0) {
            if (scope != null) {
                scope.leave();
            }
            route.lane.counters().unheard.increment();
            return PublishResult.NO_SUBSCRIBERS;
        }
        PublishResult answer = parts.scheduler().callerRuns() && meta.options().orderingKey() == null
                ? route.lane.deliverInline(envelope)
                : route.lane.offer(envelope);
        if (scope != null && answer != PublishResult.ACCEPTED) {
            scope.leave();
        }
        return counted(route, answer);
    }

    private static boolean isWithin(@Nullable Object from, SessionScope scope) {
        return from instanceof SessionScope sender && sender.isWithin(scope.id());
    }

    private boolean passes(Filter filter, Envelope<?> envelope) {
        try {
            return filter.accepts(envelope);
        } catch (Throwable broken) {
            dispatch.report(envelope, "filter of the bus", broken, 1);
            return false;
        }
    }

    private static SendOptions withKey(EventRoute route, Object event, SendOptions options) {
        Function<Object, @Nullable String> keyOf = route.lane.settings().orderingKey();
        if (keyOf == null || options.orderingKey() != null) {
            return options;
        }
        String key = keyOf.apply(event);
        return key == null ? options : options.withOrderingKey(key);
    }

    /** Without a route, which would make a lane for a bus that is over. */
    PublishResult refusedClosed(Envelope<?> envelope) {
        parts.ledger().ofEvent(envelope.message().getClass()).refused(Reason.CLOSED);
        PublishResult answer = PublishResult.refused(Reason.CLOSED, "the bus is closed");
        Journal journal = parts.journal();
        if (journal != null) {
            journal.published(envelope, answer);
        }
        return answer;
    }

    private static PublishResult refused(EventRoute route, Reason reason, String detail) {
        return counted(route, PublishResult.refused(reason, detail));
    }

    private static PublishResult counted(EventRoute route, PublishResult answer) {
        if (answer instanceof PublishResult.Refused refused) {
            route.lane.counters().refused(refused.reason());
        }
        return answer;
    }
}
