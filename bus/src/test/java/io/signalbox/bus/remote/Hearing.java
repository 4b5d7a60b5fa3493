package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one handler has heard of numbered events, by ordering key. */
final class Hearing {
    private final Map<String, List<Integer>> begun = new HashMap<>();
    private final Map<String, List<Integer>> handled = new HashMap<>();
    private final Set<Integer> ended = new HashSet<>();

    void begun(String key, int number) {
        List<Integer> ofKey = begun.computeIfAbsent(key, unknown -> new ArrayList<>());
        if (!ofKey.contains(number)) {
            ofKey.add(number);
        }
    }

    void handled(String key, int number) {
        handled.computeIfAbsent(key, unknown -> new ArrayList<>()).add(number);
        ended.add(number);
    }

    void discarded(int number) {
        ended.add(number);
    }

    /** Handled or discarded. */
    Set<Integer> ended() {
        return ended;
    }

    /** @param once nothing came twice */
    void checkOrder(boolean once) {
        begun.forEach((key, numbers) -> assertThat(numbers).as(key).isSorted());
        if (once) {
            handled.forEach(
                    (key, numbers) -> assertThat(numbers).as(key).isSorted().doesNotHaveDuplicates());
        }
    }
}
