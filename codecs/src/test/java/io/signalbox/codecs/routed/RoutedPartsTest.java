package io.signalbox.codecs.routed;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutedPartsTest {
    static List<String> bound() {
        return RoutedParts.HEADERS;
    }

    private static String bytes(UnaryOperator<MessageProperties.Builder> properties) {
        Message message = Message.to(Topic.ofMqtt("t"))
                .properties(
                        properties.apply(MessageProperties.builder().id("1")).build())
                .build();
        return HexFormat.of().formatHex(RoutedParts.of("test", message, "more"));
    }

    @Test
    void eachPartStandsWithItsLengthInItsPlace() {
        String headers = "00000000".repeat(RoutedParts.HEADERS.size());
        assertThat(bytes(each -> each.correlation(new byte[] {(byte) 0xca, (byte) 0xfe})))
                .isEqualTo("00000004" + "74657374" // domain: test
                        + "00000001" + "74" // topic: t
                        + "00000001" + "31" // id: 1
                        + "00000005" + "4556454e54" // kind: EVENT
                        + "ffffffff" + "ffffffff" + "ffffffff" // no from, to, reply-to
                        + "00000002" + "cafe" // correlation
                        + "ffffffff" + "ffffffff" + "ffffffff" // no cause, ordering key, idempotency key
                        + "ffffffff" + "ffffffff" + "ffffffff" // no schema, version, content type
                        + "00000000" // content encoding: nothing
                        + headers
                        + "00000004" + "6d6f7265"); // more
    }

    @ParameterizedTest
    @MethodSource("bound")
    void ofEachBoundHeaderEveryValueCounts(String name) {
        String one = bytes(each -> each.header(name, "1"));
        assertThat(one)
                .isNotEqualTo(bytes(each -> each))
                .isNotEqualTo(bytes(each -> each.header(name, "2")))
                .isNotEqualTo(bytes(each -> each.header(name, "1").header(name, "2")));
        assertThat(bytes(each -> each.header(name, "1").header(name, "2")))
                .isNotEqualTo(bytes(each -> each.header(name, "2").header(name, "1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sb-bridge", "sb-utf8-inside", "sb-dead-letter-id", "traceparent", "own"})
    void whatIsAddedOnTheWayDoesNotCount(String name) {
        assertThat(bytes(each -> each.header(name, "1"))).isEqualTo(bytes(each -> each));
    }

    @Test
    void noTwoMessagesHaveTheSameBytes() {
        assertThat(bytes(each -> each.from("ab").to("c")))
                .isNotEqualTo(bytes(each -> each.from("a").to("bc")));
        assertThat(bytes(each -> each.from("a"))).isNotEqualTo(bytes(each -> each.to("a")));
        assertThat(bytes(each -> each.from(""))).isNotEqualTo(bytes(each -> each));
        assertThat(bytes(each -> each.header("sb-status", "a")))
                .isNotEqualTo(bytes(each -> each.header("sb-reason", "a")));
    }
}
