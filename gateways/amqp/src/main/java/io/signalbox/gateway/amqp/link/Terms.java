package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.message.Address;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.TerminusDurability;
import org.apache.qpid.protonj2.types.messaging.TerminusExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a client's source asks for (3.5.3).
 *
 * @param shared several links take turns
 * @param global links of other containers too
 * @param expiry how long the subscription outlives the link
 */
record Terms(Address address, boolean shared, boolean global, Duration expiry) {
    private static final Symbol QUEUE = Symbol.valueOf("queue");
    private static final Symbol SHARED = Symbol.valueOf("shared");
    private static final Symbol GLOBAL = Symbol.valueOf("global");
    private static final Symbol SELECTOR = Symbol.valueOf("apache.org:selector-filter:string");
    private static final Symbol SELECTOR_NAME = Symbol.valueOf("jms-selector");

    /** @throws Violation what it asks for cannot be served */
    static Terms of(Source source, String addressText) {
        Map<Symbol, Object> filters = source.getFilter();
        if (filters != null && (filters.containsKey(SELECTOR) || filters.containsKey(SELECTOR_NAME))) {
            throw new Violation(Condition.NOT_IMPLEMENTED, "selectors are not supported; filter by topic");
        }
        Symbol[] capabilities = source.getCapabilities();
        return new Terms(
                Address.parse(addressText, has(capabilities, QUEUE)),
                has(capabilities, SHARED),
                has(capabilities, GLOBAL),
                expiry(source));
    }

    static boolean isQueue(Symbol @Nullable [] capabilities) {
        return has(capabilities, QUEUE);
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
