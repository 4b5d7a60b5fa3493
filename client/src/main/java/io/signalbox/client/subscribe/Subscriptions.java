package io.signalbox.client.subscribe;

import io.signalbox.client.connection.Connector;
import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.connection.WireFilter;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subscriptions of a client: asked for again at each connection whose server does not know them, and found for what
 * arrives. Its own monitor guards it; nobody is called with it held who could wait for it.
 */
public final class Subscriptions implements LinkUser, Connector.Arrivals {
    private static final Logger LOGGER = LoggerFactory.getLogger(Subscriptions.class);
    private static final int SUBSCRIPTIONS_MAX = 10_000;
    private static final int FILTERS_PER_PACKET = 100;

    private final TimeSource time;
    private final Executor executor;
    private final int settledMax;
    private final Map<String, Wire> wires = new LinkedHashMap<>();
    private final Unclaimed unclaimed;
    private final Matches matches = new Matches();

    /** Filters that the server may still have. */
    private final Set<String> leaving = new LinkedHashSet<>();

    private @Nullable Link link;

    /** @param settledMax QoS 0 messages that may wait in one subscription */
    public Subscriptions(TimeSource time, Executor executor, int settledMax) {
        this.time = time;
        this.executor = executor;
        this.settledMax = settledMax;
        unclaimed = new Unclaimed(time);
    }

    /** @throws SignalboxException SESSION_LIMIT: there are 10,000 */
    LocalSubscription add(SubscribeOptions options, Handler handler, long demand) {
        LocalSubscription local = new LocalSubscription(options, handler, demand, settledMax, executor, this::remove);
        synchronized (this) {
            if (matches.size() >= SUBSCRIPTIONS_MAX) {
                throw new SignalboxException(
                        ReasonCode.SESSION_LIMIT,
                        "this client has " + SUBSCRIPTIONS_MAX + " subscriptions, which is the limit; close some");
            }
            String filter = Wire.filter(options);
            Wire wire = wires.computeIfAbsent(filter, key -> new Wire(key, options));
            wire.locals.add(local);
            matches.add(local, wire);
            leaving.remove(filter);
            boolean pastAgain = wire.locals.size() > 1 && options.from() != null;
            if (wire.granted && !pastAgain) {
                local.grant();
            } else if (link != null && (wire.locals.size() == 1 || pastAgain)) {
                ask(link, List.of(wire), List.of(new Wire(filter, options).request(time.millis())));
            }
            unclaimed.take(options.filter()).forEach(local::offer); // Before anything that comes from now on.
        }
        return local;
    }

    private void remove(LocalSubscription local) {
        Link current;
        String filter = Wire.filter(local.options());
        synchronized (this) {
            matches.remove(local);
            Wire wire = wires.get(filter);
            if (wire == null || !wire.locals.remove(local) || !wire.locals.isEmpty()) {
                return;
            }
            wires.remove(filter);
            if (leaving.size() < SUBSCRIPTIONS_MAX) { // What is left out is unclaimed when it comes.
                leaving.add(filter);
            }
            current = link;
        }
        if (current != null) {
            leave(current, List.of(filter));
        }
    }

    private void leave(Link current, List<String> filters) {
        current.unsubscribe(filters).whenComplete((left, failure) -> {
            if (failure == null) {
                synchronized (this) {
                    filters.stream()
                            .filter(filter -> !wires.containsKey(filter))
                            .forEach(leaving::remove);
                }
            }
        });
    }

    @Override
    public synchronized void linkUp(Link value) {
        link = value;
        long now = time.millis();
        unclaimed.linkUp(value.sessionPresent());
        matches.all().forEach(local -> local.linkUp(value.sessionPresent()));
        if (value.sessionPresent()) {
            if (!leaving.isEmpty()) {
                leave(value, List.copyOf(leaving));
            }
        } else {
            leaving.clear();
            wires.values().forEach(wire -> wire.granted = false);
        }
        List<Wire> plain = new ArrayList<>();
        for (Wire wire : wires.values()) {
            WireFilter request = wire.request(now);
            if (wire.granted) {
                continue;
            }
            if (request.from() == null) {
                plain.add(wire);
            } else {
                ask(value, List.of(wire), List.of(request)); // The past is a property of the whole packet.
            }
        }
        for (int i = 0; i < plain.size(); i += FILTERS_PER_PACKET) {
            List<Wire> some = List.copyOf(plain.subList(i, Math.min(plain.size(), i + FILTERS_PER_PACKET)));
            ask(value, some, some.stream().map(wire -> wire.request(now)).toList());
        }
    }

    private void ask(Link current, List<Wire> asked, List<WireFilter> requests) {
        current.subscribe(requests).whenComplete((answers, failure) -> {
            if (failure != null) {
                return; // The connection is lost, and the next one asks again.
            }
            for (int i = 0; i < asked.size(); i++) {
                answered(asked.get(i), answers.get(i));
            }
        });
    }

    private void answered(Wire wire, @Nullable Refusal refusal) {
        List<LocalSubscription> locals;
        synchronized (this) {
            wire.granted = refusal == null;
            locals = List.copyOf(wire.locals);
        }
        if (refusal == null) {
            locals.forEach(LocalSubscription::grant);
        } else {
            LOGGER.warn("the server refuses a subscription to {}: {}", wire.filter(), refusal);
            locals.forEach(local -> {
                local.refuse(refusal.toException());
                local.close();
            });
        }
    }

    @Override
    public synchronized void linkDown() {
        link = null;
    }

    @Override
    public void arrived(Message message, Settling settling) {
        List<LocalSubscription> locals;
        synchronized (this) {
            locals = matches.find(message.topic(), time.millis());
            if (locals.isEmpty()) {
                unclaimed.add(new Arrival(message, settling));
            }
        }
        if (locals.size() == 1) {
            locals.getFirst().offer(new Arrival(message, settling));
        } else if (!locals.isEmpty()) {
            SharedSettling shared = new SharedSettling(settling, locals.size());
            locals.forEach(local -> local.offer(new Arrival(message, shared.part())));
        }
    }

    /** What nobody has claimed for long goes to the server's dead letters. To be called now and then. */
    public void sweep() {
        List<Arrival> given;
        synchronized (this) {
            given = unclaimed.old();
        }
        given.forEach(arrival -> arrival.settling()
                .reject(
                        false,
                        "this client has no subscription for "
                                + arrival.message().topic()));
    }

    public void close() {
        List<LocalSubscription> all;
        synchronized (this) {
            link = null;
            all = matches.all();
        }
        all.forEach(LocalSubscription::close);
    }
}
