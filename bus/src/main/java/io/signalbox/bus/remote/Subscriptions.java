package io.signalbox.bus.remote;

import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session;
import io.signalbox.transport.StartPosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What this process hears of, and as which class. Several handlers of one type share a subscription. Those of a command
 * form a share group with those of other processes, so that one of them gets it.
 */
final class Subscriptions {
    private static final String HANDLERS = "handlers";

    private final RemoteLink link;
    private final CarriedTypes types;
    /** By text of the topic. */
    private final ConcurrentHashMap<String, Place> places = new ConcurrentHashMap<>();
    /**
     * Topics that had a registration once: what still comes for one without is late, and not early. One for each type;
     * those of sessions are not among them.
     */
    private final Set<String> everSubscribed = ConcurrentHashMap.newKeySet();

    /**
     * A topic with handlers here, or with none any more and a subscription that is being ended. Guarded by itself, also
     * while the transport is asked; looked at without.
     */
    private static final class Place {
        private final FilterSpec spec;
        private final Class<?> type;
        private volatile int registrations;
        /** Another has taken its place. */
        private boolean gone;

        Place(FilterSpec spec, Class<?> type) {
            this.spec = spec;
            this.type = type;
        }

        Topic topic() {
            return Topic.ofMqtt(spec.filter().text());
        }

        Session.Target target() {
            return new Session.Target(spec.filter(), spec.shareGroup());
        }
    }

    Subscriptions(RemoteLink link, CarriedTypes types) {
        this.link = link;
        this.types = types;
    }

    @Nullable
    Class<?> typeOn(Topic topic) {
        Place known = places.get(topic.text());
        return known == null || known.registrations == 0 ? null : known.type;
    }

    boolean hadType(Topic topic) {
        return everSubscribed.contains(topic.text());
    }

    /**
     * Returns when the handler's subscriptions are in force.
     *
     * @param session that it is registered in; null: the bus
     * @return ends them
     */
    Registration add(HandlerEntry entry, @Nullable String session) {
        List<Registration> added = new ArrayList<>();
        try {
            for (Map.Entry<FilterSpec, Class<?>> each : wanted(entry, session).entrySet()) {
                added.add(add(each.getKey(), each.getValue()));
            }
        } catch (RuntimeException refused) {
            try {
                Registration.all(added).close();
            } catch (RuntimeException alsoLeft) {
                refused.addSuppressed(alsoLeft);
            }
            throw refused;
        }
        return Registration.all(added);
    }

    private Map<FilterSpec, Class<?>> wanted(HandlerEntry entry, @Nullable String session) {
        Map<FilterSpec, Class<?>> wanted = new LinkedHashMap<>();
        switch (entry) {
            case HandlerEntry.OfCommand command -> {
                if (CarriedTypes.carries(command.type())) {
                    MessageType type = MessageType.of(command.type());
                    Topic topic = session == null ? type.topic() : Topics.inSession(session, type);
                    wanted.put(spec(topic, Guarantee.AT_LEAST_ONCE).withShareGroup(HANDLERS), command.type());
                    wanted.put(spec(Topics.cancels(type), Guarantee.AT_MOST_ONCE), command.type());
                }
            }
            case HandlerEntry.OfQuery query -> {
                if (CarriedTypes.carries(query.type())) {
                    wanted.put(toOthers(MessageType.of(query.type()).topic()), query.type());
                }
            }
            case HandlerEntry.OfEvent event -> heard(event.type(), wanted);
            case HandlerEntry.OfBatch batch -> heard(batch.type(), wanted);
        }
        return wanted;
    }

    private void heard(Class<?> handled, Map<FilterSpec, Class<?>> wanted) {
        for (Class<?> type : types.heardBy(handled)) {
            wanted.put(spec(MessageType.of(type).topic(), Guarantee.AT_LEAST_ONCE), type);
        }
    }

    private static FilterSpec spec(Topic topic, Guarantee guarantee) {
        return FilterSpec.of(TopicFilter.exactly(topic), guarantee);
    }

    /** Who asks does not ask itself over the transport. */
    private static FilterSpec toOthers(Topic topic) {
        return new FilterSpec(
                TopicFilter.exactly(topic),
                null,
                Guarantee.AT_MOST_ONCE,
                0,
                true,
                false,
                FilterSpec.RetainedDelivery.NONE,
                StartPosition.NEW,
                0);
    }

    private Registration add(FilterSpec spec, Class<?> type) {
        while (true) {
            Place place = places.computeIfAbsent(spec.filter().text(), text -> new Place(spec, type));
            synchronized (place) {
                if (!place.gone) {
                    enter(place, type);
                    return leavingOnce(place);
                }
            }
        }
    }

    /** Who comes second returns when the first one's subscription is in force, too. */
    private void enter(Place place, Class<?> type) {
        if (place.type != type) {
            throw new IllegalStateException("topic " + place.topic() + " is that of " + place.type.getName()
                    + " and cannot be that of " + type.getName() + " too");
        }
        place.registrations++;
        if (place.registrations > 1) {
            return;
        }
        try {
            if (link.isOpen()) {
                link.connection().subscribe(List.of(place.spec));
            }
        } catch (RuntimeException refused) {
            forget(place);
            throw refused;
        }
        if (!Topics.isInSession(place.topic())) {
            everSubscribed.add(place.topic().text());
        }
        link.hasItsFirstHandler(place.topic());
    }

    private Registration leavingOnce(Place place) {
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                leave(place);
            }
        };
    }

    /**
     * The place is kept until the transport has ended the subscription: who comes meanwhile waits, or it would be his
     * that is ended.
     */
    private void leave(Place place) {
        synchronized (place) {
            if (place.registrations > 1) {
                place.registrations--;
                return;
            }
            place.registrations = 0;
            try {
                if (link.isOpen()) {
                    link.connection().unsubscribe(List.of(place.target()));
                }
            } finally {
                forget(place);
            }
        }
    }

    private void forget(Place place) {
        place.registrations = 0;
        place.gone = true;
        places.remove(place.topic().text(), place);
    }

    /** All that are to be in force, for a link that was lost. */
    List<FilterSpec> all() {
        return places.values().stream()
                .filter(place -> place.registrations > 0)
                .map(place -> place.spec)
                .toList();
    }

    // ---- what nobody here hears

    /**
     * Ends what the transport still has for a topic without handlers; who registers one meanwhile waits, or it would be
     * his that is ended. Waits for the transport: not for the lane.
     *
     * @return false: somebody else is at it, or it has handlers
     */
    boolean endUnheard(Topic topic) {
        Place ending = new Place(spec(topic, Guarantee.AT_MOST_ONCE), Void.class);
        synchronized (ending) {
            // Locked before others can find it.
            if (places.putIfAbsent(topic.text(), ending) != null) {
                return false;
            }
            try {
                link.connection().unsubscribe(targets(topic));
                return true;
            } finally {
                forget(ending);
            }
        }
    }

    /** Handlers that left while the link was down could not end their subscriptions, which a durable session has kept. */
    void endAllUnheard() {
        for (String topic : everSubscribed) {
            endUnheard(Topic.ofMqtt(topic));
        }
    }

    /** What a topic can be subscribed by: the handlers' share of its commands, and whoever hears of it. */
    private static List<Session.Target> targets(Topic topic) {
        TopicFilter filter = TopicFilter.exactly(topic);
        return List.of(new Session.Target(filter, null), new Session.Target(filter, HANDLERS));
    }
}
