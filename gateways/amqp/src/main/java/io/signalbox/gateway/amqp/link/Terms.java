package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.message.Address;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.Arrays;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.TerminusDurability;
import org.apache.qpid.protonj2.types.messaging.TerminusExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a client's source asks for (3.5.3).
 *
 * @param shared the capability: several links take turns
 * @param global links of other containers too
 * @param expiry how long the subscription outlives the link
 * @param filters of its messages, and where they begin
 */
record Terms(Address address, boolean shared, boolean global, Duration expiry, Filters filters) {
    private static final Symbol QUEUE = Symbol.valueOf("queue");
    private static final Symbol SHARED = Symbol.valueOf("shared");
    private static final Symbol GLOBAL = Symbol.valueOf("global");
    private static final Symbol COPY = Symbol.valueOf("copy");

    /** @throws Violation what it asks for cannot be served */
    static Terms of(Source source, String addressText, long nowMillis) {
        Symbol[] capabilities = source.getCapabilities();
        Terms terms = new Terms(
                Address.parse(addressText, has(capabilities, QUEUE)),
                has(capabilities, SHARED),
                has(capabilities, GLOBAL),
                expiry(source),
                Filters.of(source.getFilter(), nowMillis));
        if (terms.address().kind() == Address.Kind.QUEUE && COPY.equals(source.getDistributionMode())) {
            throw new Violation(
                    Condition.NOT_IMPLEMENTED, "queues cannot be browsed: who receives from one takes its messages");
        }
        if (!terms.filters().applied().isEmpty() && terms.isShared()) {
            throw new Violation(
                    Condition.NOT_IMPLEMENTED,
                    "queues and shared subscriptions take no selector and no past: what one consumer does not want"
                            + " would have to wait for another");
        }
        return terms;
    }

    /** Several links take turns. */
    boolean isShared() {
        return shared || address.kind() == Address.Kind.QUEUE;
    }

    static boolean isQueue(Symbol @Nullable [] capabilities) {
        return has(capabilities, QUEUE);
    }

    static boolean isShared(Symbol @Nullable [] capabilities) {
        return has(capabilities, SHARED);
    }

    static boolean isGlobal(Symbol @Nullable [] capabilities) {
        return has(capabilities, GLOBAL);
    }

    private static boolean has(Symbol @Nullable [] capabilities, Symbol one) {
        return capabilities != null && Arrays.asList(capabilities).contains(one);
    }

    /** A terminus that is to be kept for no time at all is not durable, whatever its durability says. */
    private static Duration expiry(Source source) {
        if (source.getExpiryPolicy() == TerminusExpiryPolicy.NEVER) {
            return SessionOptions.NEVER;
        }
        if (source.getDurable() == TerminusDurability.NONE || source.getTimeout() == null) {
            return Duration.ZERO;
        }
        return Duration.ofSeconds(source.getTimeout().longValue());
    }
}
