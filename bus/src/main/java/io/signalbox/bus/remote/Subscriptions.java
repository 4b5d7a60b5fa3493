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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this process hears of, and as which class. Several handlers of one type share a subscription. Those of a command
 * form a share group with those of other processes, so that one of them gets it.
 */
final class Subscriptions {
    private static final String HANDLERS = "handlers";

    private final Connection connection;
    private final CarriedTypes types;
    /** Told of a topic that has its first handler, on the caller's thread. */
    private final Consumer<Topic> first;
    /** By text of the topic. */
    private final ConcurrentHashMap<String, Subscribed> subscribed = new ConcurrentHashMap<>();
    /** Topics that had a registration once: what still comes for one without is late, and not early. */
    private final Set<String> everSubscribed = ConcurrentHashMap.newKeySet();

    private record Subscribed(Class<?> type, int registrations) {}

    Subscriptions(Connection connection, CarriedTypes types, Consumer<Topic> first) {
        this.connection = connection;
        this.types = types;
        this.first = first;
    }

    @Nullable
    Class<?> typeOn(Topic topic) {
        Subscribed known = subscribed.get(topic.text());
        return known == null ? null : known.type();
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
            Registration.all(added).close();
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
        String topic = spec.filter().text();
        boolean[] isFirst = {false};
        subscribed.compute(topic, (text, known) -> {
            if (known != null && known.type() != type) {
                throw new IllegalStateException("topic " + text + " is that of "
                        + known.type().getName() + " and cannot be that of " + type.getName() + " too");
            }
            isFirst[0] = known == null;
            return new Subscribed(type, known == null ? 1 : known.registrations() + 1);
        });
        Registration added = () -> remove(spec, type);
        if (isFirst[0]) {
            try {
                connection.subscribe(List.of(spec));
            } catch (RuntimeException refused) {
                subscribed.remove(topic);
                throw refused;
            }
            everSubscribed.add(topic);
            first.accept(Topic.ofMqtt(topic));
        }
        return added;
    }

    private void remove(FilterSpec spec, Class<?> type) {
        Subscribed left = subscribed.computeIfPresent(
                spec.filter().text(),
                (text, known) -> known.registrations() == 1 ? null : new Subscribed(type, known.registrations() - 1));
        if (left == null) {
            connection.unsubscribe(List.of(new Session.Target(spec.filter(), spec.shareGroup())));
        }
    }
}
