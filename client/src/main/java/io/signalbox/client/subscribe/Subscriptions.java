package io.signalbox.client.subscribe;

import io.signalbox.client.connection.Connector;
import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.connection.WireFilter;
import io.signalbox.client.spool.SessionFilters;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
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
    private static final long AGAIN_MILLIS = 1_000;
    private static final long AGAIN_MILLIS_MAX = 30_000;
    private static final int DOUBLINGS_MAX = 5;

    /** After so many in a row whoever waits for the grant hears why it does not come. */
    private static final int DENIALS_TOLD = 3;

    private final TimeSource time;
    private final Means means;
    private final Map<String, Wire> wires = new LinkedHashMap<>();
    private final Unclaimed unclaimed;
    private final Matches matches = new Matches();

    /** Filters that the server may still have. */
    private final Set<String> leaving = new LinkedHashSet<>();

    private final SessionFilters remembered;
    private final BiConsumer<Long, Runnable> later;

    /** Of an earlier process, whose session the server may have kept. */
    private final Set<String> earlier;

    private int shared;
    private @Nullable Link link;

    /**
     * @param listeners runs what handles messages, which may block
     * @param lane completes what the application waits for
     * @param credit messages that may be here unsettled; as many of QoS 0 may wait in one subscription
     * @param sessionMillis how long the server keeps a session whose connection is lost
     * @param remembered what an earlier process subscribed to
     * @param later runs something after so many milliseconds
     */
    public Subscriptions(
            TimeSource time,
            Executor listeners,
            Executor lane,
            int credit,
            long sessionMillis,
            SessionFilters remembered,
            BiConsumer<Long, Runnable> later) {
        this.time = time;
        this.remembered = remembered;
        this.later = later;
        earlier = new LinkedHashSet<>(remembered.read());
        means = new Means(listeners, lane, new Seen(time, credit, sessionMillis), credit);
        unclaimed = new Unclaimed(time);
    }

    /**
     * @throws SignalboxException SESSION_LIMIT: there are 10,000; NOT_SUPPORTED: it cannot be had beside another one
     */
    LocalSubscription add(SubscribeOptions options, Handler handler, long demand) {
        LocalSubscription local = new LocalSubscription(options, handler, demand, means, this::remove);
        synchronized (this) {
            if (matches.size() >= SUBSCRIPTIONS_MAX) {
                throw new SignalboxException(
                        ReasonCode.SESSION_LIMIT,
                        "this client has " + SUBSCRIPTIONS_MAX + " subscriptions, which is the limit; close some");
            }
            String filter = Wire.filter(options);
            checkBeside(options, filter);
            Wire wire = wires.get(filter);
            if (wire == null) {
                wire = new Wire(filter, options);
                wires.put(filter, wire);
                shared += wire.isShared() ? 1 : 0;
            }
            boolean lacks = wire.lacks(options);
            wire.add(local);
            matches.add(local, wire);
            leaving.remove(filter);
            wire.granted &= !lacks;
            if (lacks && link != null) {
                ask(link, List.of(wire), List.of(wire.request(time.millis())));
            } else if (wire.granted) {
                local.grant();
            }
            unclaimed.take(options.filter()).forEach(local::offer); // Before anything that comes from now on.
        }
        return local;
    }

    private void checkBeside(SubscribeOptions options, String filter) {
        Wire same = wires.get(filter);
        String contradiction = same == null ? null : same.contradiction(options);
        if (contradiction != null) {
            throw new SignalboxException(
                    ReasonCode.NOT_SUPPORTED,
                    "this client has a subscription to '" + filter + "' already, and " + contradiction);
        }
        boolean someShared = options.share() != null || shared > 0;
        if (same == null && someShared) {
            for (Wire wire : wires.values()) {
                if (wire.mixesUp(options)) {
                    throw new SignalboxException(
                            ReasonCode.NOT_SUPPORTED,
                            "'" + filter + "' and '" + wire.filter()
                                    + "' of this client can match the same message, of which the server sends a copy for"
                                    + " each group: use another client for one of them");
                }
            }
        }
    }

    /** Within the monitor, so that the server hears of leaving and coming back in this order. */
    private synchronized void remove(LocalSubscription local) {
        String filter = Wire.filter(local.options());
        matches.remove(local);
        Wire wire = wires.get(filter);
        if (wire == null || !wire.remove(local)) {
            return;
        }
        wires.remove(filter);
        shared -= wire.isShared() ? 1 : 0;
        if (leaving.size() < SUBSCRIPTIONS_MAX) { // What is left out is unclaimed when it comes.
            leaving.add(filter);
        }
        if (link != null) {
            leave(link, List.of(filter));
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
            leaveAll();
        } else {
            leaving.clear();
            earlier.clear();
            wires.values().forEach(wire -> wire.granted = false);
        }
        List<Wire> plain = new ArrayList<>();
        for (Wire wire : List.copyOf(wires.values())) {
            if (wire.granted) {
                continue;
            }
            if (wire.hasPast()) {
                ask(value, List.of(wire), List.of(wire.request(now))); // The past is a property of the whole packet.
            } else {
                plain.add(wire);
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
                answered(current, asked.get(i), answers.get(i));
            }
        });
    }

    private void answered(Link by, Wire wire, Link.@Nullable Denied denied) {
        List<LocalSubscription> locals;
        int before;
        synchronized (this) {
            wire.granted = denied == null;
            before = wire.denials;
            wire.denials = denied == null ? 0 : before + 1;
            locals = wire.locals();
        }
        if (denied == null) {
            locals.forEach(LocalSubscription::grant);
        } else if (denied.again()) {
            long pauseMillis = Math.min(AGAIN_MILLIS << Math.min(before, DOUBLINGS_MAX), AGAIN_MILLIS_MAX);
            if (before == 0) {
                LOGGER.warn(
                        "the server refuses a subscription to {} for the moment ({}); it is asked for until it is granted",
                        wire.filter(),
                        denied.refusal());
            }
            if (before + 1 == DENIALS_TOLD) {
                locals.forEach(local -> local.denied(denied.refusal().toException()));
            }
            later.accept(pauseMillis, () -> askAgain(by, wire));
        } else {
            LOGGER.warn("the server refuses a subscription to {}: {}", wire.filter(), denied.refusal());
            locals.forEach(local -> local.refuse(denied.refusal().toException()));
        }
    }

    private synchronized void askAgain(Link by, Wire wire) {
        if (link == by && !wire.granted && wires.get(wire.filter()) == wire) {
            ask(by, List.of(wire), List.of(wire.request(time.millis())));
        }
    }

    @Override
    public synchronized void linkDown() {
        link = null;
    }

    @Override
    public void arrived(Message message, long sequence, Settling settling) {
        List<LocalSubscription> locals;
        boolean waits = true;
        synchronized (this) {
            locals = matches.find(message, sequence);
            if (locals.isEmpty()) {
                waits = unclaimed.add(new Arrival(message, settling));
            }
        }
        if (!waits) {
            rejectUnclaimed(message, settling);
        } else if (locals.size() == 1) {
            locals.getFirst().offer(new Arrival(message, settling));
        } else if (!locals.isEmpty()) {
            SharedSettling shared = new SharedSettling(settling, locals.size());
            locals.forEach(local -> local.offer(new Arrival(message, shared.part())));
        }
    }

    /**
     * What nobody has claimed for long goes to the server's dead letters, and what an earlier process subscribed to is
     * left. To be called now and then, by one thread.
     */
    public void sweep() {
        List<Arrival> given;
        synchronized (this) {
            given = unclaimed.old();
            if (unclaimed.isOver()) {
                leaveEarlier();
            }
        }
        given.forEach(arrival -> rejectUnclaimed(arrival.message(), arrival.settling()));
        remember();
    }

    /** Writes down what the server's session may have, for the next process. */
    public void remember() {
        Set<String> known;
        synchronized (this) {
            known = new LinkedHashSet<>(wires.keySet());
            known.addAll(leaving);
            known.addAll(earlier);
        }
        remembered.write(known);
    }

    private static void rejectUnclaimed(Message message, Settling settling) {
        settling.reject(false, "this client has no subscription for " + message.topic());
    }

    private void leaveEarlier() {
        List<String> unwanted =
                earlier.stream().filter(filter -> !wires.containsKey(filter)).toList();
        earlier.clear();
        if (!unwanted.isEmpty()) {
            LOGGER.info("{} subscriptions of an earlier process are left, as {}", unwanted.size(), unwanted.getFirst());
            leaving.addAll(unwanted);
            leaveAll();
        }
    }

    /** In packets that no server is too small for. */
    private void leaveAll() {
        Link current = link;
        List<String> all = List.copyOf(leaving);
        for (int i = 0; current != null && i < all.size(); i += FILTERS_PER_PACKET) {
            leave(current, all.subList(i, Math.min(all.size(), i + FILTERS_PER_PACKET)));
        }
    }

    /**
     * Nothing more is handed out; what is with the application may be finished.
     *
     * @param but by which the answers come that the application may be waiting for; null: there is none
     */
    public void hold(@Nullable Subscription but) {
        List<LocalSubscription> all;
        synchronized (this) {
            all = matches.all();
        }
        all.stream().filter(local -> local != but).forEach(LocalSubscription::hold);
    }

    public boolean isHandling() {
        List<LocalSubscription> all;
        synchronized (this) {
            all = matches.all();
        }
        return all.stream().anyMatch(LocalSubscription::isHandling);
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
