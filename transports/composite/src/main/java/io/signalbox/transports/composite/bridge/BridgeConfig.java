package io.signalbox.transports.composite.bridge;

import io.signalbox.topic.TopicFilter;
import java.time.Duration;
import java.util.List;

/**
 * @param name of the bridge: its durable session at the source is {@code bridge-<name>}, and a message that carries it
 *     in {@value #HEADER} has crossed it before and does not again
 * @param filters what is carried
 * @param windowMax messages under way at once, 1 to 65,535
 * @param answerTimeout a message that the target has not answered by then is sent again
 */
public record BridgeConfig(
        String name, List<TopicFilter> filters, BridgeMapping mapping, int windowMax, Duration answerTimeout) {
    /** One for each bridge that the message has crossed. */
    public static final String HEADER = "sb-bridge";

    private static final String SESSION_PREFIX = "bridge-";
    private static final int WINDOW_MAX_DEFAULT = 1_000;
    private static final Duration ANSWER_TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    public BridgeConfig {
        filters = List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("bridge '" + name + "' carries nothing: it has no filters");
        }
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout " + answerTimeout + " must be above zero");
        }
    }

    public static BridgeConfig of(String name, String... canonicalFilters) {
        return new BridgeConfig(
                name,
                List.of(canonicalFilters).stream().map(TopicFilter::ofCanonical).toList(),
                BridgeMapping.AS_IT_IS,
                WINDOW_MAX_DEFAULT,
                ANSWER_TIMEOUT_DEFAULT);
    }

    /** At the source; two bridges of one name are one. */
    public String sessionName() {
        return SESSION_PREFIX + name;
    }

    public BridgeConfig withMapping(BridgeMapping value) {
        return new BridgeConfig(name, filters, value, windowMax, answerTimeout);
    }

    public BridgeConfig withWindowMax(int value) {
        return new BridgeConfig(name, filters, mapping, value, answerTimeout);
    }

    public BridgeConfig withAnswerTimeout(Duration value) {
        return new BridgeConfig(name, filters, mapping, windowMax, value);
    }
}
