package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import java.time.Duration;
import java.util.UUID;

/**
 * What the sessions of links are called. A durable subscription is found again by the container and the link's name
 * (2.6.1); of shared ones, links may call themselves {@code NAME|ANYTHING}, as JMS clients do, for a link's name must be
 * unique in its container.
 */
record SessionNames(Peer peer) {
    private static final String PREFIX = "amqp:";
    private static final String GLOBAL_PREFIX = "amqp-shared:";

    /** @throws Violation it cannot be found again */
    String of(String linkName, Terms terms) {
        if (!terms.shared()) {
            return terms.expiry().equals(Duration.ZERO) ? PREFIX + UUID.randomUUID() : durable(linkName);
        }
        String name = subscriptionName(linkName);
        return terms.global()
                ? GLOBAL_PREFIX + name
                : PREFIX + container() + ":shared:" + name + (terms.expiry().isZero() ? ":volatile" : "");
    }

    String durable(String linkName) {
        return PREFIX + container() + ":" + linkName;
    }

    private static String subscriptionName(String linkName) {
        int bar = linkName.indexOf('|');
        String name = bar < 0 ? linkName : linkName.substring(0, bar);
        if (name.isEmpty()) {
            throw new Violation(Condition.INVALID_FIELD, "a shared subscription needs a name before '|' in the link's");
        }
        return name;
    }

    private String container() {
        if (peer.containerId().isEmpty()) {
            throw new Violation(
                    Condition.INVALID_FIELD, "a subscription that is to be found again needs a container id");
        }
        return peer.containerId();
    }
}
