package io.signalbox.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest(name = "{0} matches {1}")
    @CsvSource({
        "a, a",
        "a/b, a/b",
        "/, /",
        "a/, a/",
        "#, a",
        "#, a/b/c",
        "#, /",
        "+, a",
        "+/+, /",
        "+/+, a/b",
        "/+, /a",
        "a/#, a",
        "a/#, a/",
        "a/#, a/b/c",
        "a/+, a/",
        "a/+/c, a/b/c",
        "a/+/c, a//c",
        "+/b/#, a/b",
        "sport/+, sport/",
        "#/c, c",
        "#/c, a/b/c",
        "a/#/c, a/c",
        "a/#/c, a/b/b/c",
        "a/#/c, a/c/c",
        "#/b/#, b",
        "#/b/#, a/b/c",
        "#/#, a",
        "+/#/+, a/b",
        "+/#/+, a/b/c",
        "a/#/#, a",
        "$SYS/#, $SYS",
        "$SYS/#, $SYS/a",
        "$SYS/+, $SYS/a",
        "$/a, $/a",
        "a/#/b/#/c, a/x/b/b/y/c",
        "+/$SYS, a/$SYS",
    })
    void matches(String filter, String topic) {
        assertThat(TopicFilter.ofCanonical(filter).matches(Topic.ofMqtt(topic))).isTrue();
    }

    @ParameterizedTest(name = "{0} does not match {1}")
    @CsvSource({
        "a, b",
        "a, A",
        "a, a/",
        "a/, a",
        "a/b, a",
        "a, a/b",
        "+, a/b",
        "+, /a",
        "+/+, a",
        "a/+, a",
        "a/+, a/b/c",
        "a/#, b",
        "a/#, ab",
        "a/+/c, a/c",
        "a/#/c, a",
        "a/#/c, a/c/d",
        "#/c, a/b",
        "+/#/+, a",
        "#, $SYS",
        "#, $SYS/a",
        "+, $SYS",
        "+/a, $SYS/a",
        "#/a, $SYS/a",
        "+/#, $SYS/a",
        "a/$SYS, $SYS",
        "/#, a",
        "/+, a",
    })
    void doesNotMatch(String filter, String topic) {
        assertThat(TopicFilter.ofCanonical(filter).matches(Topic.ofMqtt(topic))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a.b",
        "+, *",
        "a/+/#, a.*.#",
        "#/a, #.a",
        "a.b/+, a%2Eb.*",
        "*/+, %2A.*",
        "100%/#, 100%25.#",
        "/+, .*",
    })
    void eachFilterHasOneNativeText(String canonical, String nativeText) {
        TopicFilter filter = TopicFilter.ofCanonical(canonical);
        assertThat(filter.nativeText()).isEqualTo(nativeText);
        assertThat(TopicFilter.ofNative(nativeText)).isEqualTo(filter).hasSameHashCodeAs(filter);
        assertThat(TopicFilter.ofNative(nativeText).text()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({"a/b, true", "a/+, false", "#, false", "a.b*, true", "$SYS/a, true"})
    void anExactFilterHasNoWildcard(String text, boolean exact) {
        assertThat(TopicFilter.ofMqtt(text).isExact()).isEqualTo(exact);
    }

    @Test
    void aFilterForExactlyOneTopicMatchesItAlone() {
        TopicFilter filter = TopicFilter.exactly(Topic.ofMqtt("a/b"));
        assertThat(filter).isEqualTo(TopicFilter.ofMqtt("a/b"));
        assertThat(filter.isExact()).isTrue();
        assertThat(filter.matches(Topic.ofMqtt("a/b"))).isTrue();
        assertThat(filter.matches(Topic.ofMqtt("a/b/c"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+", "+a", "a/b#", "##", "++", "#a/b", "a/+#"})
    void aWildcardFillsItsLevel(String text) {
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofMqtt(text), "a wildcard fills its level");
    }

    @ParameterizedTest
    @CsvSource({"#/a, 1 of 2", "a/#/b, 2 of 3", "#/#, 1 of 2"})
    void inMqttAnyLevelsIsTheLast(String text, String where) {
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofMqtt(text), "'#' in level " + where);
        assertThat(TopicFilter.ofCanonical(text).levels()).hasSize(text.split("/").length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "*.b*", "a.+", "+", "a.b+c"})
    void nativeTextHasAsteriskForOneLevel(String text) {
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofNative(text), "'*' fills its level");
    }

    @Test
    void theLimitsAreThoseOfTopics() {
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofMqtt(""), "filter is empty");
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofMqtt("a\0"), "U+0000 at index 1");
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofMqtt("a/\udc00"), "surrogate pair at index 2");
        refused(ReasonCode.FILTER_INVALID, () -> TopicFilter.ofMqtt("a".repeat(65_536)), "65536 bytes");
        refused(ReasonCode.TOPIC_TOO_DEEP, () -> TopicFilter.ofMqtt("+/".repeat(128) + "#"), "129 levels");
        refused(ReasonCode.TOPIC_TOO_DEEP, () -> TopicFilter.ofNative("*.".repeat(128) + "#"), "129 levels");
        assertThat(TopicFilter.ofMqtt("+/".repeat(127) + "#").levels()).hasSize(128);
    }

    private static void refused(
            ReasonCode reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable creation, String text) {
        assertThatThrownBy(creation)
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(text);
    }

    /** A backtracking matcher would need more steps here than there are atoms; this one needs 128 times 128. */
    @Test
    void theWorstFilterIsStillMatchedInBoundedTime() {
        String[] wild = new String[127];
        Arrays.setAll(wild, i -> i % 2 == 0 ? "#" : "a");
        TopicFilter filter = TopicFilter.ofCanonical(String.join("/", wild) + "/b");
        Topic topic = Topic.ofMqtt("a" + "/a".repeat(127));
        assertThat(filter.matches(topic)).isFalse();
        assertThat(TopicFilter.ofCanonical(String.join("/", wild)).matches(topic))
                .isTrue();
    }

    @Test
    void theLevelsCannotBeChanged() {
        List<String> levels = TopicFilter.ofMqtt("a/+").levels();
        assertThat(levels).containsExactly("a", "+").isUnmodifiable();
    }

    /** A retained past looks at every topic there is. */
    @Test
    void aMatchMakesNoGarbage() {
        Topic topic = Topic.ofMqtt("plant/7/line/3/motor/speed");
        for (String text : new String[] {"#", "plant/#", "+/+/line/#", "plant/+/line/+/motor/+", "other/#"}) {
            TopicFilter filter = TopicFilter.ofMqtt(text);
            filter.matches(topic);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                filter.matches(topic);
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes for 1,000 matches of %s", text)
                    .isLessThan(1_000);
        }
    }
}
