package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the server keeps of a durable session beside its queue, in the headers of the one message of its record queue.
 *
 * @param version the highest is valid, if a crash left two
 * @param detachedAtMillis 0 while somebody has it, or had it when his process died
 */
record SessionRecord(long version, long expirySeconds, long detachedAtMillis, List<FilterSpec> subscriptions) {
    SessionRecord {
        subscriptions = List.copyOf(subscriptions);
    }

    boolean isExpired(long nowMillis) {
        return detachedAtMillis > 0
                && expirySeconds < Long.MAX_VALUE / 1000
                && nowMillis - detachedAtMillis >= expirySeconds * 1000;
    }

    SessionRecord next(Duration expiry, long detachedAt, List<FilterSpec> all) {
        return new SessionRecord(version + 1, expiry.getSeconds(), detachedAt, all);
    }

    BasicProperties properties() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (FilterSpec spec : subscriptions) {
            Map<String, Object> one = new HashMap<>();
            one.put("filter", spec.filter().text());
            if (spec.shareGroup() != null) {
                one.put("group", spec.shareGroup());
            }
            one.put("qos", spec.guarantee().qos());
            one.put("id", spec.subscriptionId());
            one.put("no-local", spec.noLocal());
            one.put("retain-as-published", spec.retainAsPublished());
            list.add(one);
        }
        return new BasicProperties.Builder()
                .deliveryMode(2)
                .headers(Map.of(
                        "version",
                        version,
                        "expiry-seconds",
                        expirySeconds,
                        "detached-at",
                        detachedAtMillis,
                        "subscriptions",
                        list))
                .build();
    }

    /** @throws IllegalArgumentException if somebody else wrote it */
    static SessionRecord of(BasicProperties properties) {
        Map<String, Object> headers = properties.getHeaders();
        if (headers == null || !(headers.get("subscriptions") instanceof List<?> list)) {
            throw new IllegalArgumentException("a session's record has no subscriptions: " + headers);
        }
        List<FilterSpec> all = new ArrayList<>();
        for (Object entry : list) {
            if (entry instanceof Map<?, ?> one) {
                all.add(spec(one));
            }
        }
        return new SessionRecord(
                number(headers.get("version")),
                number(headers.get("expiry-seconds")),
                number(headers.get("detached-at")),
                all);
    }

    private static FilterSpec spec(Map<?, ?> one) {
        Object group = one.get("group");
        return new FilterSpec(
                TopicFilter.ofCanonical(text(one.get("filter"))),
                group == null ? null : text(group),
                Guarantee.ofQos((int) number(one.get("qos"))),
                (int) number(one.get("id")),
                Boolean.TRUE.equals(one.get("no-local")),
                Boolean.TRUE.equals(one.get("retain-as-published")),
                FilterSpec.RetainedDelivery.NONE,
                StartPosition.NEW,
                0);
    }

    private static String text(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof LongString string ? string.toString() : String.valueOf(value);
    }

    private static long number(@org.jspecify.annotations.Nullable Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("a session's record has '" + value + "' instead of a number");
    }
}
