package io.signalbox.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/B, false",
        "a/+, a/b, true",
        "a/+, a, false",
        "a/+, a/b/c, false",
        "+, a, true",
        "a/#, a, true",
        "a/#, a/b/c, true",
        "#, a/b, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "a/#/c, a/c, true",
        "a/#/c, a/b/b/c, true",
        "a/#/c, a/b, false",
        "#/c, a/b/c, true",
        "#/a/#, x/a/y, true",
        "#/a/#, x/y, false",
        "/+, /a, true",
        "+/+, /a, true",
        "a//+, a//b, true"
    })
    void aFilterMatchesAsItsGrammarSays(String filter, String topic, boolean expected) {
        assertThat(TopicFilter.ofCanonical(filter).matches(Topic.ofMqtt(topic))).isEqualTo(expected);
    }

    @Test
    void matchingAgreesWithTheDefinition() {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            List<String> filter = levels(random, "a", "b", "", "+", "#");
            List<String> topic = levels(random, "a", "b", "", "a", "b");
            if (String.join("/", filter).isEmpty() || String.join("/", topic).isEmpty()) {
                continue;
            }
            assertThat(TopicFilter.ofCanonical(String.join("/", filter)).matches(Topic.ofMqtt(String.join("/", topic))))
                    .as("%s on %s", filter, topic)
                    .isEqualTo(defined(filter, topic));
        }
    }

    private static List<String> levels(Random random, String... words) {
        return IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(i -> words[random.nextInt(words.length)])
                .toList();
    }

    /** Every way of choosing how many levels each {@code #} takes. */
    private static boolean defined(List<String> filter, List<String> topic) {
        if (filter.isEmpty()) {
            return topic.isEmpty();
        }
        List<String> rest = filter.subList(1, filter.size());
        if (filter.getFirst().equals("#")) {
            return IntStream.rangeClosed(0, topic.size())
                    .anyMatch(taken -> defined(rest, topic.subList(taken, topic.size())));
        }
        return !topic.isEmpty()
                && (filter.getFirst().equals("+") || filter.getFirst().equals(topic.getFirst()))
                && defined(rest, topic.subList(1, topic.size()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+", "a/b#", "#/a", "a/#/b", "", "a/\u0000"})
    void mqttRefusesWhatIsNoFilter(String text) {
        assertThatThrownBy(() -> TopicFilter.ofMqtt(text))
                .isInstanceOf(SignalboxException.class)
                .extracting(e -> ((SignalboxException) e).reason())
                .isEqualTo(ReasonCode.FILTER_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/+", "#", "a/#", "", "a\u0000", "a\ud800"})
    void aTopicHasNoWildcardsAndIsWellFormed(String text) {
        assertThatThrownBy(() -> Topic.ofMqtt(text))
                .isInstanceOf(SignalboxException.class)
                .extracting(e -> ((SignalboxException) e).reason())
                .isEqualTo(ReasonCode.TOPIC_INVALID);
    }

    @Test
    void depthAndLengthAreBounded() {
        String deep =
                IntStream.range(0, TopicLimits.LEVELS_MAX).mapToObj(i -> "a").collect(Collectors.joining("/"));
        assertThat(Topic.ofMqtt(deep).levels()).hasSize(TopicLimits.LEVELS_MAX);
        assertThatThrownBy(() -> Topic.ofMqtt(deep + "/a"))
                .hasMessageContaining("129")
                .hasMessageContaining("128");
        assertThat(Topic.ofMqtt("é".repeat(32_767)).text()).hasSize(32_767);
        assertThatThrownBy(() -> Topic.ofMqtt("é".repeat(32_768))).hasMessageContaining("65536");
    }

    @ParameterizedTest
    @CsvSource({"market.AAPL, market/AAPL", "a%2Eb.c, a.b/c", "50%25.x, 50%/x", "%2A, *"})
    void nativeAndCanonicalTextMapOneToOne(String nativeText, String canonical) {
        assertThat(Topic.ofNative(nativeText).text()).isEqualTo(canonical);
        assertThat(Topic.ofMqtt(canonical).nativeText()).isEqualTo(nativeText);
    }

    @Test
    void nativeFiltersWriteOneLevelAsAnAsterisk() {
        assertThat(TopicFilter.ofNative("market.*.prices.#").text()).isEqualTo("market/+/prices/#");
        assertThat(TopicFilter.ofCanonical("market/+/prices/#").nativeText()).isEqualTo("market.*.prices.#");
        assertThatThrownBy(() -> TopicFilter.ofNative("a*")).isInstanceOf(SignalboxException.class);
        assertThatThrownBy(() -> Topic.ofNative("a/b")).isInstanceOf(SignalboxException.class);
    }
}
