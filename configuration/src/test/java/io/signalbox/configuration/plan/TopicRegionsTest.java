package io.signalbox.configuration.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TopicRegionsTest {
    private static final int STATES_MAX = 10_000;
    private static final List<String> LEVELS = List.of("a", "b", "$c", "d");
    private static final int DEPTH = 4;

    private static List<TopicFilter> filters(String... texts) {
        return List.of(texts).stream().map(TopicFilter::ofCanonical).toList();
    }

    private static List<Topic> regions(String within, String... others) {
        return TopicRegions.of(TopicFilter.ofCanonical(within), filters(others), STATES_MAX);
    }

    @Test
    void aFilterThatNoOtherOverlapsIsOneRegion() {
        assertThat(regions("payments/#", "orders/#")).hasSize(1);
        assertThat(regions("a/b", "a/b", "#")).extracting(Topic::text).containsExactly("a/b");
    }

    @Test
    void whatAnotherFilterCoversInPartIsTwo() {
        List<Topic> found = regions("payments/#", "payments/+");
        assertThat(found).hasSize(2);
        assertThat(found).filteredOn(TopicFilter.ofMqtt("payments/+")::matches).hasSize(1);
    }

    @Test
    void tooManyWaysAreNotJudgedByHalf() {
        String[] many =
                IntStream.range(0, 20).mapToObj(i -> "#/x" + "/+".repeat(i)).toArray(String[]::new);
        assertThatThrownBy(() -> TopicRegions.of(TopicFilter.ofMqtt("#"), filters(many), 500))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 500 ways");
    }

    private static TopicFilter filter(Random random) {
        List<String> levels = new ArrayList<>();
        int depth = 1 + random.nextInt(DEPTH - 1);
        for (int i = 0; i < depth; i++) {
            levels.add(
                    switch (random.nextInt(5)) {
                        case 0 -> "+";
                        case 1 -> "#";
                        default -> LEVELS.get(random.nextInt(3));
                    });
        }
        return TopicFilter.ofCanonical(String.join("/", levels));
    }

    private static List<Topic> topics() {
        List<String> all = new ArrayList<>(LEVELS);
        List<String> longest = all;
        for (int depth = 2; depth <= DEPTH; depth++) {
            longest = longest.stream()
                    .flatMap(begin -> LEVELS.stream().map(level -> begin + "/" + level))
                    .toList();
            all.addAll(longest);
        }
        return all.stream().map(Topic::ofMqtt).toList();
    }

    private static List<Boolean> kind(List<TopicFilter> filters, Topic topic) {
        return filters.stream().map(filter -> filter.matches(topic)).toList();
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    /** Held against all topics of four levels, by the definition of a match. */
    @ParameterizedTest
    @MethodSource("seeds")
    void everyWayInWhichFiltersMatchATopicIsFoundOnce(int seed) {
        Random random = new Random(seed);
        TopicFilter within = filter(random);
        List<TopicFilter> others = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(i -> filter(random))
                .distinct()
                .toList();
        Set<List<Boolean>> expected = topics().stream()
                .filter(within::matches)
                .map(topic -> kind(others, topic))
                .collect(Collectors.toSet());
        List<Topic> found = TopicRegions.of(within, others, STATES_MAX);
        assertThat(found).allMatch(within::matches);
        Set<List<Boolean>> kinds = new HashSet<>();
        found.forEach(topic -> assertThat(kinds.add(kind(others, topic))).isTrue());
        assertThat(kinds).as("%s among %s", within, others).containsAll(expected);
    }
}
