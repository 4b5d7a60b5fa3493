package io.signalbox.transports.redis;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.StartPosition;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as Redis has it: in the hash of its session, under its share group, a zero byte and its filter, the
 * text {@code qos id no-local retain-as-published}.
 */
final class SubscriptionText {
    private SubscriptionText() {}

    static String options(FilterSpec spec) {
        return spec.guarantee().qos() + " " + spec.subscriptionId() + " " + (spec.noLocal() ? 1 : 0) + " "
                + (spec.retainAsPublished() ? 1 : 0);
    }

    /** Empty for an ordinary subscription. */
    static String group(@Nullable String shareGroup) {
        return shareGroup == null ? "" : shareGroup;
    }

    static FilterSpec read(String field, String options) {
        int zero = field.indexOf('\0');
        return read(field.substring(0, Math.max(0, zero)), field.substring(zero + 1), options);
    }

    static FilterSpec read(String group, String filter, String options) {
        String[] parts = options.split(" ", 4);
        return new FilterSpec(
                TopicFilter.ofCanonical(filter),
                group.isEmpty() ? null : group,
                Guarantee.ofQos(Integer.parseInt(parts[0])),
                Integer.parseInt(parts[1]),
                parts[2].equals("1"),
                parts[3].equals("1"),
                FilterSpec.RetainedDelivery.NONE,
                StartPosition.NEW,
                0);
    }

    static Target target(String group, String filter) {
        return new Target(TopicFilter.ofCanonical(filter), group.isEmpty() ? null : group);
    }
}
