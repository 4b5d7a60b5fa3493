package io.signalbox.transports.redis;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code publish.lua} is given for some messages, routed by what was known of the subscriptions when it was encoded.
 * Owned by the publisher's thread.
 */
final class PublishBatch {
    private final Keys keys;
    private final RedisConfig config;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<Routes.Reach> queues = new ArrayList<>();
    private final Map<String, List<String>> lights = new LinkedHashMap<>();
    private final List<Integer> heavy = new ArrayList<>();
    private final List<Outgoing> batch;
    private final long number;
    private String epoch = "";
    private Arguments arguments = new Arguments();

    /** @param number under which Redis keeps its answer */
    PublishBatch(Keys keys, RedisConfig config, List<Outgoing> batch, long number) {
        this.keys = keys;
        this.config = config;
        this.batch = batch;
        this.number = number;
    }

    List<Outgoing> batch() {
        return batch;
    }

    /** The queue that a token F of the answer names. */
    String queue(int number) {
        return number <= queues.size() ? queues.get(number - 1).queue() : "no. " + number;
    }

    /** Encoded once for each state of the routes. @param now as {@link ServerClock#argument} */
    Arguments arguments(Routes routes, String instance, String now) {
        if (!epoch.equals(routes.epoch())) {
            epoch = routes.epoch();
            arguments = encode(routes, instance, now);
        }
        return arguments;
    }

    private Arguments encode(Routes routes, String instance, String now) {
        numbers.clear();
        queues.clear();
        Arguments messages = new Arguments();
        for (Outgoing out : batch) {
            add(messages, out, routes);
        }
        RetentionLimits retention = config.retention();
        Arguments all = new Arguments()
                .add(routes.epoch())
                .add(instance)
                .add(number)
                .add(now)
                .add(retention.deduplicationWindow().toMillis())
                .add(retention.historyMessagesMax())
                .add(retention.retainedTopicsMax())
                .add(retention.deadLettersMax());
        all.add(queues.size());
        queues.forEach(reach -> addQueue(all, reach));
        all.add(batch.size());
        return all.addAll(messages);
    }

    private void addQueue(Arguments all, Routes.Reach reach) {
        Routes.Place place = reach.place();
        String channel;
        if (reach.session() == null) {
            channel = keys.news(); // its members are anywhere
        } else {
            channel = place.isAttached() ? keys.to(place.node()) : "";
        }
        all.add(reach.queue())
                .add(place.messagesMax())
                .add(place.bytesMax())
                .add(place.overflow())
                .add(channel);
    }

    /** In full, or as one that says nothing else and goes where the one before it went. */
    private void add(Arguments messages, Outgoing out, Routes routes) {
        Message message = out.message();
        List<Integer> before = List.copyOf(heavy);
        boolean first = messages.isEmpty();
        route(out, routes.of(message.topic()));
        if (!first && saysNothingElse(out) && heavy.equals(before)) {
            messages.add("=").addAllCounted(out.fields());
            return;
        }
        messages.add("")
                .add(out.intakeId())
                .add(out.key())
                .add(retain(message))
                .add(message.topic().text())
                .add(out.intakeId().isEmpty() ? "" : key(message))
                .add(message.ttlMillis())
                .addAllCounted(out.fields())
                .add(lights.isEmpty() ? new byte[0] : EntryFields.pack(out.fields()));
        messages.add(heavy.size());
        heavy.forEach(messages::add);
        messages.add(lights.size());
        lights.forEach((node, sessions) -> messages.add(keys.to(node)).add(String.join("\0", sessions)));
    }

    /** Does it say nothing beside its fields? */
    private boolean saysNothingElse(Outgoing out) {
        return out.intakeId().isEmpty() && out.key().isEmpty() && !out.message().retain() && lights.isEmpty();
    }

    private static String key(Message message) {
        String key = message.properties().orderingKey();
        return key == null ? "" : key;
    }

    private static String retain(Message message) {
        if (!message.retain()) {
            return "";
        }
        return message.payload().length == 0 ? "clear" : "keep";
    }

    /** What must arrive goes to queues, what need not to those who are here. */
    private void route(Outgoing out, List<Routes.Reach> reaches) {
        heavy.clear();
        lights.clear();
        int published = out.message().guarantee().qos();
        for (Routes.Reach reach : reaches) {
            boolean own = out.session() != null && out.session().equals(reach.session());
            int granted = own ? reach.qosIfOwn() : reach.qos();
            int qos = Math.min(published, granted);
            String session = reach.session();
            if (qos > Guarantee.AT_MOST_ONCE.qos()
                    || qos == 0 && session == null && reach.place().isAttached()) {
                heavy.add(number(reach));
            } else if (qos == 0 && session != null && reach.place().isAttached()) {
                lights.computeIfAbsent(reach.place().node(), node -> new ArrayList<>())
                        .add(session);
            }
        }
    }

    private int number(Routes.Reach reach) {
        return numbers.computeIfAbsent(reach.queue(), queue -> {
            queues.add(reach);
            return queues.size();
        });
    }
}
