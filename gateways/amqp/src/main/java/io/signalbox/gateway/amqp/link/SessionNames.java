package io.signalbox.gateway.amqp.link;

import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.transport.ReservedNames;
import java.util.List;
import java.util.UUID;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.Symbol;

/**
 * What the sessions of links are called. A durable subscription is found again by the container and the link's name
 * (2.6.1); of shared ones, links may call themselves {@code NAME|ANYTHING}, as JMS clients do, for a link's name must be
 * unique in its container. Shared ones are a user's, whatever container its links come from; durable and volatile ones of
 * one name have nothing to do with each other.
 */
record SessionNames(Peer peer) {
    private static final int LINK_CHARS_MAX = 1_024;

    /** @throws Violation it cannot be found again */
    String of(String linkName, Terms terms) {
        if (!terms.shared()) {
            return terms.expiry().isZero() ? ReservedNames.AMQP + UUID.randomUUID() : durable(linkName);
        }
        return shared(linkName, terms.expiry().isZero(), terms.global());
    }

    private String shared(String linkName, boolean passing, boolean global) {
        String prefix = passing ? ReservedNames.AMQP_SHARED_VOLATILE : ReservedNames.AMQP_SHARED;
        String name = prefix + part(owner()) + ":" + part(subscriptionName(linkName));
        return global ? name : name + ":" + part(container());
    }

    /**
     * Of the durable subscriptions that an attach without a source may mean (JMS's unsubscribe), the likelier first: a
     * client with an id of its own does not say whether it shared the subscription.
     */
    List<String> durable(Sender link) {
        Symbol[] capabilities = link.getRemoteDesiredCapabilities();
        return Terms.isShared(capabilities)
                ? List.of(shared(link.getName(), false, Terms.isGlobal(capabilities)))
                : List.of(durable(link.getName()), shared(link.getName(), false, false));
    }

    private String durable(String linkName) {
        return ReservedNames.AMQP + part(container()) + ":" + part(linkName);
    }

    /** Anonymous clients are one owner, whose name no user has. */
    private String owner() {
        Principal principal = peer.principal();
        return principal.anonymous() ? "" : principal.name();
    }

    /** No two lists of parts make one name. */
    private static String part(String text) {
        if (text.length() > LINK_CHARS_MAX) {
            throw new Violation(
                    Condition.INVALID_FIELD, "a name of a subscription has at most " + LINK_CHARS_MAX + " characters");
        }
        return text.indexOf(':') < 0 && text.indexOf('%') < 0
                ? text
                : text.replace("%", "%25").replace(":", "%3A");
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
