package io.signalbox.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.Collections;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
    private static AbstractThrowableAssert<?, ? extends Throwable> refused(
            ReasonCode reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable creation) {
        return assertThatThrownBy(creation)
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "a/b/c, a.b.c",
        "/, .",
        "/a, .a",
        "a/, a.",
        "a//b, a..b",
        "$SYS/x, $SYS.x",
        "1.5, 1%2E5",
        "50%, 50%25",
        "%2E, %252E",
        "a*b, a%2Ab",
        "*, %2A",
        "ü/😀/ , ü.😀. ",
    })
    void eachTopicHasOneNativeText(String mqtt, String nativeText) {
        Topic topic = Topic.ofMqtt(mqtt);
        assertThat(topic.text()).isEqualTo(mqtt);
        assertThat(topic.nativeText()).isEqualTo(nativeText);
        assertThat(Topic.ofNative(nativeText)).isEqualTo(topic).hasSameHashCodeAs(topic);
        assertThat(String.join("/", topic.levels())).isEqualTo(mqtt);
    }

    @Test
    void differentTopicsDiffer() {
        assertThat(Topic.ofMqtt("a/b")).isNotEqualTo(Topic.ofMqtt("a/B")).isNotEqualTo(Topic.ofMqtt("a/b/"));
        // The same String.hashCode, another text.
        assertThat(Topic.ofMqtt("Aa")).isNotEqualTo(Topic.ofMqtt("BB")).hasSameHashCodeAs(Topic.ofMqtt("BB"));
    }

    @ParameterizedTest
    @CsvSource({"$SYS/a, true", "$, true", "$a, true", "a/$SYS, false", "/$SYS, false"})
    void aLeadingDollarMakesASystemTopic(String text, boolean system) {
        assertThat(Topic.ofMqtt(text).isSystem()).isEqualTo(system);
    }

    @Test
    void anEmptyTopicIsRefused() {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt("")).hasMessageContaining("topic is empty");
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofNative("")).hasMessageContaining("topic is empty");
    }

    @ParameterizedTest
    @CsvSource({"a/+, +, 2", "#, #, 0", "a+b/c, +, 1", "a/b#, #, 3"})
    void aWildcardIsRefusedByCharacterAndIndex(String text, String wildcard, int index) {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt(text))
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("'" + wildcard + "' at index " + index)
                .hasMessageContaining("only filters may have wildcards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.*", "*", "a.b*c", "a.#", "a.+"})
    void aWildcardInNativeTextIsRefused(String text) {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofNative(text)).hasMessageContaining("wildcard");
    }

    @Test
    void aNullCharacterIsRefusedByItsIndex() {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt("ab\0c")).hasMessageContaining("U+0000 at index 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab\ud800", "ab\ud800c", "ab\udc00", "ab\udc00\ud800", "ab\ud800\ud800\udc00"})
    void halfASurrogatePairIsRefusedByItsIndex(String text) {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt(text)).hasMessageContaining("surrogate pair at index 2");
    }

    @Test
    void aWholeSurrogatePairIsFourBytes() {
        String pair = "😀";
        assertThat(Topic.ofMqtt(pair.repeat(65_535 / 4)).text()).hasSize(65_535 / 4 * 2);
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt(pair.repeat(16_384)))
                .hasMessageContaining("65536 bytes")
                .hasMessageContaining("65535");
    }

    @ParameterizedTest
    @CsvSource({"a, 1", "ü, 2", "€, 3"})
    void theLimitIsInBytesOfUtf8(String character, int bytes) {
        String longest = character.repeat(65_535 / bytes);
        assertThat(Topic.ofMqtt(longest).text()).isEqualTo(longest);
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt(character.repeat(65_535 / bytes + 1)))
                .hasMessageContaining("bytes of UTF-8; the limit is 65535");
    }

    @Test
    void theDepthIsLimited() {
        String deepest = "a" + "/a".repeat(127);
        assertThat(Topic.ofMqtt(deepest).levels()).hasSize(128);
        refused(ReasonCode.TOPIC_TOO_DEEP, () -> Topic.ofMqtt(deepest + "/"))
                .hasMessageContaining("129 levels; the limit is 128");
        refused(ReasonCode.TOPIC_TOO_DEEP, () -> Topic.ofMqtt("/".repeat(65_535)))
                .hasMessageContaining("65536 levels");
        refused(ReasonCode.TOPIC_TOO_DEEP, () -> Topic.ofNative(".".repeat(200)))
                .hasMessageContaining("201 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%2e", "%2F", "%zz", "a.b%00", "%%25"})
    void anUnknownEscapeIsRefused(String text) {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofNative(text))
                .hasMessageContaining("only %2E, %25 and %2A are known");
    }

    @Test
    void aSlashInNativeTextIsRefused() {
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofNative("a/b.c"))
                .hasMessageContaining("'a/b'")
                .hasMessageContaining("use '.'");
    }

    @Test
    void aLongTopicIsShortenedInTheMessage() {
        String text = String.join("", Collections.nCopies(30_000, "x")) + "+";
        refused(ReasonCode.TOPIC_INVALID, () -> Topic.ofMqtt(text))
                .hasMessageContaining("...")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
