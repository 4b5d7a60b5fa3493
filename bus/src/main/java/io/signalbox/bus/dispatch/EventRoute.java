package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.Measured;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.parts.Routes;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.bus.session.SessionScope;
import io.signalbox.bus.settings.EventSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From a class of event to its handlers. What it has cached is stamped with the registry's epoch, so it is never stale. */
final class EventRoute implements Routes.Route {
    private final Class<?> type;
    private final BusParts parts;
    private final EventDispatch dispatch;
    final EventLane lane;
    /** The transport, if events of this type go there; null: they stay here. */
    final @Nullable Outbound carrier;
    /** Nothing of the bus stands between a publish and the lane. */
    final boolean isShort;

    private volatile ResolvedEvent resolved = ResolvedEvent.NOBODY_YET;

    EventRoute(Class<?> type, BusParts parts, EventDispatch dispatch) {
        this.type = type;
        this.parts = parts;
        this.dispatch = dispatch;
        EventSettings settings = parts.events().of(type);
        lane = new EventLane(type, settings, parts, dispatch, this);
        Outbound outbound = parts.outbound();
        carrier = outbound != null && outbound.carries(type) ? outbound : null;
        isShort = carrier == null
                && parts.filter() == null
                && parts.stamp() == null
                && !parts.isObserved()
                && settings.orderingKey() == null;
    }

    @Override
    public Class<?> type() {
        return type;
    }

    ResolvedEvent resolve(@Nullable SessionScope scope) {
        if (scope != null && hasHandlers(scope)) {
            return resolveIn(scope);
        }
        ResolvedEvent known = resolved;
        return known.epoch == parts.registry().epoch() ? known : refresh();
    }

    private ResolvedEvent refresh() {
        long epoch = parts.registry().epoch();
        ResolvedEvent fresh = new ResolvedEvent(epoch, slots(parts.registry(), null));
        resolved = fresh;
        return fresh;
    }

    @Override
    public void forgetStale() {
        if (resolved.epoch != parts.registry().epoch()) {
            resolved = ResolvedEvent.NOBODY_YET;
        }
    }

    private static boolean hasHandlers(SessionScope scope) {
        for (SessionScope at = scope; at != null; at = at.parent()) {
            if (at.registryIfAny() != null) {
                return true;
            }
        }
        return false;
    }

    /** The session's own first, then those of the sessions around it, then the bus's; priorities go before all that. */
    private ResolvedEvent resolveIn(SessionScope scope) {
        long stamp = parts.registry().epoch();
        for (Registry own : scope.registries()) {
            stamp += own.epoch();
        }
        if (scope.resolutions().get(this) instanceof ResolvedEvent known && known.epoch == stamp) {
            return known;
        }
        List<HandlerSlot> all = new ArrayList<>();
        for (SessionScope at = scope; at != null; at = at.parent()) {
            Registry own = at.registryIfAny();
            if (own != null) {
                all.addAll(slots(own, at.id()));
            }
        }
        all.addAll(slots(parts.registry(), null));
        ResolvedEvent fresh = new ResolvedEvent(stamp, all);
        scope.resolutions().put(this, fresh);
        return fresh;
    }

    /** @param session whose registry it is; null: the bus's */
    private List<HandlerSlot> slots(Registry registry, @Nullable String session) {
        List<HandlerEntry> entries = registry.events(type);
        List<HandlerSlot> slots = new ArrayList<>(entries.size());
        for (HandlerEntry entry : entries) {
            RetryPolicy own = entry.options().retry();
            Duration timeout = entry.options().timeout();
            RetryPolicy retry = own != null ? own : lane.settings().retry();
            long timeoutNanos = timeout == null ? 0 : timeout.toNanos();
            switch (entry) {
                case HandlerEntry.OfEvent event -> {
                    Body body = Measured.body(
                            parts.chains().event(type, event),
                            parts,
                            (recorder, nanos, succeeded) -> recorder.event(type, event.name(), nanos, succeeded));
                    slots.add(new HandlerSlot(entry, session, body, null, timeoutNanos, retry));
                }
                case HandlerEntry.OfBatch batch -> {
                    Batcher batcher = dispatch.batcher(batch);
                    slots.add(new HandlerSlot(entry, session, Batcher.NO_BODY, batcher, timeoutNanos, retry));
                }
                case HandlerEntry.OfCommand command ->
                    throw new IllegalStateException("the registry gave " + command + " as a handler of events");
                case HandlerEntry.OfQuery query ->
                    throw new IllegalStateException("the registry gave " + query + " as a handler of events");
            }
        }
        return slots;
    }
}
