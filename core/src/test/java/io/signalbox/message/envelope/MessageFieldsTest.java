package io.signalbox.message.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageFieldsTest {
    private static final byte[] PAYLOAD = "p".getBytes(StandardCharsets.UTF_8);

    @Test
    void aPlainMessageIsItsTopicAlone() {
        assertThat(MessageFields.list(Message.to(Topic.ofMqtt("a/b")).build()))
                .containsExactly(new Field("sb-topic", "a/b"));
    }

    @Test
    void aFullMessageHasTheseNames() {
        assertThat(MessageFields.list(full()))
                .containsExactly(
                        new Field("sb-topic", "orders/new"),
                        new Field("sb-qos", "2"),
                        new Field("sb-retain", "true"),
                        new Field("sb-priority", "9"),
                        new Field("sb-timestamp", "1700000000000"),
                        new Field("sb-ttl", "60000"),
                        new Field("sb-id", "1"),
                        new Field("sb-kind", "command"),
                        new Field("sb-from", "shop"),
                        new Field("sb-to", "billing"),
                        new Field("sb-reply-to", "replies/shop"),
                        new Field("sb-correlation", "c-1"),
                        new Field("sb-causation-id", "0"),
                        new Field("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                        new Field("sb-ordering-key", "k"),
                        new Field("sb-idempotency-key", "i"),
                        new Field("sb-schema", "order"),
                        new Field("sb-schema-version", "1.2"),
                        new Field("content-type", "application/json"),
                        new Field("content-encoding", "zstd"),
                        new Field("sb-utf8", "true"),
                        new Field("colour", "red"),
                        new Field("sb-own-sb-id", "mine"),
                        new Field("colour", "blue"));
    }

    @Test
    void aMapKeepsOrderAndRepeatsBesideTheHeaders() {
        Map<String, String> fields = MessageFields.map(full());
        assertThat(fields)
                .containsEntry("colour", "red")
                .containsEntry("sb-own-sb-id", "mine")
                .containsEntry("sb-at-2", "blue")
                .containsEntry("sb-order", "colour&sb-id&colour");
    }

    @Test
    void whatOthersAddOnTheWayComesLastAndWhatTheyTakeIsMissing() {
        Map<String, String> fields = MessageFields.map(full());
        fields.put("x-death", "3");
        fields.remove("colour");
        assertThat(MessageFields.message(fields, PAYLOAD).properties().headers())
                .isEqualTo(Headers.of("sb-id", "mine", "colour", "blue", "x-death", "3"));
    }

    @Test
    void aMessageWrittenByHandNeedsNoneOfTheNames() {
        Message message =
                MessageFields.reader(Topic.ofMqtt("given")).add("colour", "red").message(PAYLOAD);
        assertThat(message.topic().text()).isEqualTo("given");
        assertThat(message.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(message.properties().headers()).isEqualTo(Headers.of("colour", "red"));
    }

    @Test
    void aTimestampMayBeAnInstant() {
        Message message = MessageFields.reader(Topic.ofMqtt("t"))
                .add("sb-timestamp", "2023-11-14T22:13:20Z")
                .message(PAYLOAD);
        assertThat(message.timestampMillis()).isEqualTo(1_700_000_000_000L);
    }

    @Test
    void aNameOfALaterVersionIsKept() {
        Message message =
                MessageFields.reader(Topic.ofMqtt("t")).add("sb-later", "x").message(PAYLOAD);
        assertThat(message.properties().headers().get("sb-later")).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        "sb-qos, 3",
        "sb-qos, ''",
        "sb-priority, 10",
        "sb-priority, -1",
        "sb-ttl, 1.5",
        "sb-timestamp, yesterday",
        "sb-timestamp, 2023-11-14T25:00:00Z",
        "sb-kind, gossip",
        "sb-retain, maybe",
        "sb-correlation-base64, '*'",
        "sb-at-0, x",
        "sb-at-99999999999, x",
    })
    void aValueThatTheFieldCannotHaveIsRefusedByName(String name, String value) {
        assertThatThrownBy(() ->
                        MessageFields.reader(Topic.ofMqtt("t")).add(name, value).message(PAYLOAD))
                .isInstanceOfSatisfying(SignalboxException.class, e -> {
                    assertThat(e.reason()).isEqualTo(ReasonCode.MALFORMED);
                    assertThat(e).hasMessageContaining(name);
                });
    }

    @Test
    void aFieldThatComesTwiceIsRefused() {
        assertThatThrownBy(() ->
                        MessageFields.message(List.of(new Field("sb-topic", "a"), new Field("sb-topic", "b")), PAYLOAD))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("sb-topic");
        assertThatThrownBy(() -> MessageFields.message(
                        List.of(
                                new Field("sb-topic", "a"),
                                new Field("sb-correlation", "b"),
                                new Field("sb-correlation-base64", "Yg==")),
                        PAYLOAD))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("one of them");
    }

    @Test
    void aMessageWithoutTopicIsRefused() {
        assertThatThrownBy(() -> MessageFields.message(List.of(new Field("a", "b")), PAYLOAD))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("sb-topic");
    }

    private static Message full() {
        return Message.to(Topic.ofMqtt("orders/new"))
                .payload(PAYLOAD)
                .guarantee(Guarantee.EXACTLY_ONCE)
                .retain(true)
                .priority(9)
                .timestampMillis(1_700_000_000_000L)
                .ttlMillis(60_000)
                .properties(MessageProperties.builder()
                        .id("1")
                        .kind(MessageKind.COMMAND)
                        .from("shop")
                        .to("billing")
                        .replyTo("replies/shop")
                        .correlation("c-1".getBytes(StandardCharsets.UTF_8))
                        .causationId("0")
                        .traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                        .orderingKey("k")
                        .idempotencyKey("i")
                        .schema("order", "1.2")
                        .contentType("application/json")
                        .contentEncoding("zstd")
                        .utf8Payload(true)
                        .headers(Headers.of("colour", "red", "sb-id", "mine", "colour", "blue"))
                        .build())
                .build();
    }
}
