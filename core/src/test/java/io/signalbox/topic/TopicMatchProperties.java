package io.signalbox.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random topics and filters against the plainest definition; the seed is the test's argument. */
class TopicMatchProperties {
    private static final int CASES = 40_000;
    private static final String[] WORDS = {"a", "b", "", "ab", "$", "$a", "é", "😀", ".", "%", "*", "%2E", "a.b", " "};

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 20_261_120})
    void matchesIsItsDefinition(long seed) {
        Random random = new Random(seed);
        int matched = 0;
        int hidden = 0;
        for (int i = 0; i < CASES; i++) {
            Topic topic = Topic.ofMqtt(text(random, 6, false));
            TopicFilter filter = TopicFilter.ofCanonical(text(random, 6, true));
            boolean expected = oracle(filter, topic);
            assertThat(filter.matches(topic))
                    .as("seed %d, case %d: %s matches %s", seed, i, filter, topic)
                    .isEqualTo(expected);
            matched += expected ? 1 : 0;
            hidden += topic.isSystem() && oracle(filter.levels(), topic.levels()) && !expected ? 1 : 0;
        }
        // The generator must produce both answers often, or the property says nothing.
        assertThat(matched).isBetween(CASES / 20, CASES * 19 / 20);
        assertThat(hidden).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 43})
    void nativeTextIsOneToOne(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Topic topic = Topic.ofMqtt(text(random, 6, false));
            assertThat(Topic.ofNative(topic.nativeText()))
                    .as("seed %d, case %d: %s", seed, i, topic)
                    .isEqualTo(topic);
            TopicFilter filter = TopicFilter.ofCanonical(text(random, 6, true));
            assertThat(TopicFilter.ofNative(filter.nativeText()))
                    .as("seed %d, case %d: %s", seed, i, filter)
                    .isEqualTo(filter);
            assertThat(TopicFilter.ofNative(filter.nativeText()).nativeText()).isEqualTo(filter.nativeText());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 44})
    void aTopicMatchesItselfAndEveryFilterItBecomes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES / 4; i++) {
            Topic topic = Topic.ofMqtt(text(random, 6, false));
            assertThat(TopicFilter.exactly(topic).matches(topic)).isTrue();
            List<String> levels = new ArrayList<>(topic.levels());
            for (int l = topic.isSystem() ? 1 : 0; l < levels.size(); l++) {
                if (random.nextBoolean()) {
                    levels.set(l, random.nextBoolean() ? "+" : "#");
                }
            }
            TopicFilter filter = TopicFilter.ofCanonical(String.join("/", levels));
            assertThat(filter.matches(topic))
                    .as("seed %d, case %d: %s matches %s", seed, i, filter, topic)
                    .isTrue();
        }
    }

    private static String text(Random random, int levelsMax, boolean wild) {
        while (true) {
            List<String> levels = new ArrayList<>();
            int count = 1 + random.nextInt(levelsMax);
            for (int i = 0; i < count; i++) {
                int die = wild ? random.nextInt(10) : 0;
                // Few words, so that literals meet.
                String word = WORDS[random.nextInt(random.nextInt(3) == 0 ? WORDS.length : 2)];
                levels.add(die > 7 ? "+" : die > 5 ? "#" : word);
            }
            String text = String.join("/", levels);
            if (!text.isEmpty()) {
                return text;
            }
        }
    }

    private static boolean oracle(TopicFilter filter, Topic topic) {
        String first = filter.levels().getFirst();
        boolean hidden = topic.text().startsWith("$") && (first.equals("+") || first.equals("#"));
        return !hidden && oracle(filter.levels(), topic.levels());
    }

    private static boolean oracle(List<String> filter, List<String> topic) {
        if (filter.isEmpty()) {
            return topic.isEmpty();
        }
        List<String> filterRest = filter.subList(1, filter.size());
        if (filter.getFirst().equals("#")) {
            return oracle(filterRest, topic) || (!topic.isEmpty() && oracle(filter, topic.subList(1, topic.size())));
        }
        return !topic.isEmpty()
                && (filter.getFirst().equals("+") || filter.getFirst().equals(topic.getFirst()))
                && oracle(filterRest, topic.subList(1, topic.size()));
    }
}
