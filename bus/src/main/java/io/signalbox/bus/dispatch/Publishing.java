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

    /** One that came with its envelope; if it has no key, the lane's settings give it one. */
    PublishResult publish(EventRoute route, Envelope<?> envelope) {
        Meta meta = envelope.meta();
        SendOptions keyed = withKey(route, envelope.message(), meta.options());
        Envelope<?> own = keyed == meta.options()
                ? envelope
                : new Envelope<>(
                        envelope.message(), envelope.timestampMillis(), meta.withOptions(keyed), envelope.id());
        return publish(route, own, meta.session());
    }

    /** @param fromSession the session of whoever sends */
    private PublishResult publish(EventRoute route, Envelope<?> envelope, @Nullable Object fromSession) {
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
        try {
            if (filter != null && !filter.accepts(envelope)) {
                return refused(route, Reason.FILTERED, "the filter of the bus did not let it pass");
            }
        } catch (Throwable broken) {
            dispatch.report(envelope, "filter of the bus", broken, 1);
            return refused(route, Reason.FILTER_FAILED, "the filter of the bus threw: " + broken);
        }
        SessionScope scope = (SessionScope) meta.session();
        if (scope != null && !scope.enter(isWithin(fromSession, scope))) {
            return refused(route, Reason.SESSION_CLOSED, "session '" + scope.id() + "' is closed; open another");
        }
        if (route.carrier != null && meta.completion() == null) {
            return counted(route, route.lane.sent(route.carrier.publish(envelope, back(route, scope))));
        }
        ResolvedEvent resolved;
        try {
            resolved = resolve(route, scope);
        } catch (RuntimeException | Error brokenRegistry) {
            if (meta.completion() == null) {
                throw brokenRegistry;
            }
            dispatch.report(envelope, "registry", brokenRegistry, 1);
            return refused(route, Reason.REGISTRY, "the registry failed: " + brokenRegistry);
        }
        if (resolved.count == 0) {
            if (scope != null) {
                scope.leave();
            }
            route.lane.counters().unheard.increment();
            return PublishResult.NO_SUBSCRIBERS;
        }
        PublishResult answer =
                parts.scheduler().callerRuns() ? route.lane.deliverInline(envelope) : route.lane.offer(envelope);
        if (scope != null && answer != PublishResult.ACCEPTED) {
            scope.leave();
        }
        return counted(route, answer);
    }

    /** An event that its own session is to hear of stays pending in it until it has come back. */
    private static @Nullable Runnable back(EventRoute route, @Nullable SessionScope scope) {
        if (scope != null && resolve(route, scope).count > 0) {
            return scope::leave;
        }
        if (scope != null) {
            scope.leave();
        }
        return null;
    }

    /** Of one that has entered its session, which it leaves again if the registry throws. */
    private static ResolvedEvent resolve(EventRoute route, @Nullable SessionScope scope) {
        try {
            return route.resolve(scope);
        } catch (RuntimeException | Error brokenRegistry) {
            if (scope != null) {
                scope.leave();
            }
            throw brokenRegistry;
        }
    }

    private static boolean isWithin(@Nullable Object from, SessionScope scope) {
        return from instanceof SessionScope sender && sender.isWithin(scope.id());
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
