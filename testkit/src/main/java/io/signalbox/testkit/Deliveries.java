package io.signalbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Assertions and views over recorded deliveries. */
public final class Deliveries {
    private static final int SHOWN_MAX = 20;

    private Deliveries() {}

    public static List<String> payloads(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::payload).toList();
    }

    /**
     * Payloads of the form {@code source:number} ascend by one from 0 for each source, each number once: nothing lost,
     * nothing twice, nothing out of order.
     */
    public static void assertGapless(List<Delivery> deliveries, int perSource) {
        Map<String, Integer> next = new HashMap<>();
        for (int i = 0; i < deliveries.size(); i++) {
            String payload = deliveries.get(i).payload();
            int colon = payload.lastIndexOf(':');
            String source = payload.substring(0, colon);
            int number = Integer.parseInt(payload.substring(colon + 1));
            int expected = next.getOrDefault(source, 0);
            assertThat(number)
                    .as("number of source %s at position %d of %d", source, i, deliveries.size())
                    .isEqualTo(expected);
            next.put(source, expected + 1);
        }
        assertThat(next)
                .allSatisfy((source, count) ->
                        assertThat(count).as("messages of source %s", source).isEqualTo(perSource));
    }

    /** No payload twice. */
    public static void assertNoDuplicates(List<Delivery> deliveries) {
        assertThat(payloads(deliveries)).doesNotHaveDuplicates();
    }

    public static <K> Map<K, List<Delivery>> by(Function<Delivery, K> key, List<Delivery> deliveries) {
        return deliveries.stream().collect(java.util.stream.Collectors.groupingBy(key));
    }

    /** For error messages: the last ones. */
    static String shorten(List<Delivery> deliveries) {
        return deliveries.size() <= SHOWN_MAX
                ? deliveries.toString()
                : "... " + deliveries.subList(deliveries.size() - SHOWN_MAX, deliveries.size());
    }
}
