package io.signalbox.transports.composite.bridge;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * @param name of the bridge: a message that carries it in {@value #HEADER} has crossed it before and does not again
 * @param fromTarget names of bridges that receive at the target: what has crossed one of them was there, and does not go
 *     back
 * @param filters what is carried
 * @param windowMax messages under way at once, 1 to 65,535
 * @param windowBytesMax bytes of those; once they are reached, nothing more is asked for before half of them are across
 * @param answerTimeout a message that the target has not answered by then is sent again
 * @param queue where messages wait at the source
 */
public record BridgeConfig(
        String name,
        Set<String> fromTarget,
        List<TopicFilter> filters,
        BridgeMapping mapping,
        int windowMax,
        long windowBytesMax,
        Duration answerTimeout,
        BridgeQueue queue) {
    /** One for each bridge that the message has crossed. */
    public static final String HEADER = "sb-bridge";

    /** No client of a server has a session of such a name at an engine, whatever its identifier. */
    private static final String SESSION_PREFIX = "@bridge:";

    private static final int WINDOW_MAX_DEFAULT = 1_000;
    private static final long WINDOW_BYTES_MAX_DEFAULT = 64L << 20;
    private static final Duration ANSWER_TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    public BridgeConfig {
        fromTarget = Set.copyOf(fromTarget);
        filters = List.copyOf(filters);
        if (windowBytesMax < 1) {
            throw new IllegalArgumentException("windowBytesMax " + windowBytesMax + " must be at least 1");
        }
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
                Set.of(),
                List.of(canonicalFilters).stream().map(TopicFilter::ofCanonical).toList(),
                BridgeMapping.AS_IT_IS,
                WINDOW_MAX_DEFAULT,
                WINDOW_BYTES_MAX_DEFAULT,
                ANSWER_TIMEOUT_DEFAULT,
                BridgeQueue.UNBOUNDED);
    }

    /** At the source; two bridges of one name are one. */
    public String sessionName() {
        return SESSION_PREFIX + name;
    }

    /** The session at the source may have filters that the bridge had before. */
    boolean carries(Topic topic) {
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    public BridgeConfig withFromTarget(Set<String> value) {
        return new BridgeConfig(name, value, filters, mapping, windowMax, windowBytesMax, answerTimeout, queue);
    }

    public BridgeConfig withMapping(BridgeMapping value) {
        return new BridgeConfig(name, fromTarget, filters, value, windowMax, windowBytesMax, answerTimeout, queue);
    }

    public BridgeConfig withWindowMax(int value) {
        return new BridgeConfig(name, fromTarget, filters, mapping, value, windowBytesMax, answerTimeout, queue);
    }

    public BridgeConfig withWindowBytesMax(long value) {
        return new BridgeConfig(name, fromTarget, filters, mapping, windowMax, value, answerTimeout, queue);
    }

    public BridgeConfig withAnswerTimeout(Duration value) {
        return new BridgeConfig(name, fromTarget, filters, mapping, windowMax, windowBytesMax, value, queue);
    }

    public BridgeConfig withQueue(BridgeQueue value) {
        return new BridgeConfig(name, fromTarget, filters, mapping, windowMax, windowBytesMax, answerTimeout, value);
    }
}
