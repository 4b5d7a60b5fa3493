package io.signalbox.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CelConditionTest {
    private static final Message MESSAGE = Message.to(Topic.ofMqtt("orders/7"))
            .priority(6)
            .timestampMillis(1_000)
            .ttlMillis(60_000)
            .properties(MessageProperties.builder()
                    .id("m-1")
                    .kind(MessageKind.COMMAND)
                    .from("shop")
                    .to("billing")
                    .replyTo("replies/shop")
                    .orderingKey("customer-3")
                    .schema("Order", "1.2")
                    .contentType("application/json")
                    .header("region", "eu")
                    .header("region", "us")
                    .build())
            .build();

    private static boolean holds(String expression, @Nullable Object payload) {
        return CelCondition.compile(expression).holds(MESSAGE, () -> payload);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic == 'orders/7' && topic.startsWith('orders/')",
                "id == 'm-1'",
                "kind == 'command'",
                "from == 'shop' && to == 'billing' && replyTo == 'replies/shop'",
                "key == 'customer-3'",
                "type == 'Order' && version == '1.2'",
                "contentType == 'application/json'",
                "priority > 5 && timestamp == 1000 && ttl == 60000",
                "headers['region'] == 'eu' && !('absent' in headers)"
            })
    void theEnvelopeIsKnown(String expression) {
        assertThat(holds(expression, null)).as(expression).isTrue();
        assertThat(holds("!(" + expression + ")", null)).isFalse();
    }

    @Test
    void aPayloadIsReachedThroughMapsListsAndNumbersOfAllKinds() {
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("amount", 120);
        payload.put("rate", 1.5);
        payload.put("large", new java.math.BigInteger("99999999999999999999"));
        payload.put("lines", Arrays.asList(Map.of("sku", "a"), Map.of("sku", "b")));
        payload.put("none", null);
        assertThat(holds("payload.amount > 100 && payload.amount > 99.5", payload))
                .isTrue();
        assertThat(holds("payload.rate == 1.5 && payload.large > 1e15", payload))
                .isTrue();
        assertThat(holds("payload.lines.exists(line, line.sku == 'b')", payload))
                .isTrue();
        assertThat(holds("payload.lines.size() == 2 && payload.none == null", payload))
                .isTrue();
        assertThat(holds("has(payload.absent)", payload)).isFalse();
        assertThat(holds("payload == 'text'", "text")).isTrue();
        assertThat(holds("payload[1] == 2", List.of(1, 2))).isTrue();
        assertThat(holds("payload == b'ab'", new byte[] {'a', 'b'})).isTrue();
    }

    @Test
    void aPayloadThatNobodyAsksForIsNotDecoded() {
        assertThat(CelCondition.compile("priority == 6").holds(MESSAGE, () -> {
                    throw new AssertionError("decoded");
                }))
                .isTrue();
    }

    /** Whoever writes the payload does not decide how long the bridge computes. */
    @Test
    void loopsOverLongListsEnd() {
        List<Long> numbers = java.util.stream.LongStream.range(0, 1_000).boxed().toList();
        assertThat(holds("payload.exists(x, x == 999)", numbers)).isTrue();
        assertThatThrownBy(() -> holds("payload.exists(x, payload.exists(y, x + y < 0))", numbers))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be decided")
                .hasMessageContaining("" + CelCondition.ITERATIONS_MAX);
    }

    @Test
    void whatIsNoConditionIsRefusedWithThePlaceAndWhatCannotBeDecidedSaysSo() {
        assertThatThrownBy(() -> CelCondition.compile("payload.amount >"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1:");
        assertThatThrownBy(() -> CelCondition.compile("1 + 1")).hasMessageContaining("bool");
        assertThatThrownBy(() -> CelCondition.compile("tpic == 'a'")).hasMessageContaining("tpic");
        assertThatThrownBy(() -> holds("payload.absent > 1", Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("payload.absent > 1");
    }
}
