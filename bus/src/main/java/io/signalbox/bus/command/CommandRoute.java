package io.signalbox.bus.command;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.dispatch.EventDispatch;
import io.signalbox.bus.ledger.CommandCounters;
import io.signalbox.bus.lifecycle.CommandFinished;
import io.signalbox.bus.lifecycle.CommandStarted;
import io.signalbox.bus.middleware.Chains;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.Measured;
import io.signalbox.bus.parts.Routes;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.bus.session.SessionScope;
import io.signalbox.bus.settings.CommandSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** From a class of command to its handler. What it has cached is stamped with the registry's epoch. */
final class CommandRoute implements Routes.Route {
    private final Class<?> type;
    private final BusParts parts;
    private final EventDispatch events;
    final CommandCounters counters;
    private final CommandSettings settings;
    private volatile Resolved resolved = Resolved.NOBODY_YET;

    /** @param plain nothing stands between the caller and the handler */
    record Resolved(long epoch, @Nullable CommandTarget target, boolean plain) {
        static final Resolved NOBODY_YET = new Resolved(Long.MIN_VALUE, null, false);
    }

    CommandRoute(Class<?> type, BusParts parts, EventDispatch events) {
        this.type = type;
        this.parts = parts;
        this.events = events;
        counters = parts.ledger().ofCommand(type);
        settings = parts.commands().of(type);
    }

    Resolved resolve() {
        Resolved known = resolved;
        return known.epoch() == parts.registry().epoch() ? known : refresh();
    }

    private Resolved refresh() {
        long epoch = parts.registry().epoch();
        HandlerEntry.OfCommand entry = parts.registry().command(type);
        CommandTarget target = entry == null ? null : target(entry);
        boolean heard =
                events.hasSubscribers(CommandStarted.class, null) || events.hasSubscribers(CommandFinished.class, null);
        Resolved fresh =
                new Resolved(epoch, target, target != null && target.isPlain() && !heard && !parts.isObserved());
        resolved = fresh;
        return fresh;
    }

    /** The session's own handler, else that of the session around it, and so on to the bus's. */
    @Nullable
    CommandTarget target(@Nullable SessionScope scope) {
        for (SessionScope at = scope; at != null; at = at.parent()) {
            Registry own = at.registryIfAny();
            HandlerEntry.OfCommand entry = own == null ? null : own.command(type);
            if (entry != null) {
                return targetIn(at, entry);
            }
        }
        return resolve().target();
    }

    private CommandTarget targetIn(SessionScope scope, HandlerEntry.OfCommand entry) {
        if (scope.resolutions().get(this) instanceof CommandTarget known && known.entry() == entry) {
            return known;
        }
        CommandTarget fresh = target(entry);
        scope.resolutions().put(this, fresh);
        return fresh;
    }

    private CommandTarget target(HandlerEntry.OfCommand entry) {
        Body body = parts.chains().command(type, entry);
        Body measured = Measured.body(
                body, parts, (recorder, nanos, succeeded) -> recorder.command(type, entry.name(), nanos, succeeded));
        long ofHandler = millis(entry.options().timeout());
        long ofType = millis(settings.timeout());
        long timeoutMillis = ofHandler == 0 || ofType == 0 ? Math.max(ofHandler, ofType) : Math.min(ofHandler, ofType);
        RetryPolicy own = entry.options().retry();
        return new CommandTarget(
                entry, measured, Chains.isDirect(body), timeoutMillis, own != null ? own : settings.retry());
    }

    private static long millis(@Nullable Duration duration) {
        return duration == null ? 0 : Math.max(1, duration.toMillis());
    }

    @Override
    public void forgetStale() {
        if (resolved.epoch() != parts.registry().epoch()) {
            resolved = Resolved.NOBODY_YET;
        }
    }

    @Override
    public Class<?> type() {
        return type;
    }
}
