package io.signalbox.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
                .hasMessageContaining("" + CelCondition.ROUNDS_MAX);
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

    /** Of a million values, which a publisher can send in two megabytes. */
    private static List<Object> million(Object value) {
        return Collections.nCopies(1_000_000, value);
    }

    static Stream<Arguments> unbounded() {
        Map<String, Object> line = Map.of("id", 0, "n", 0);
        List<Object> thousands = Collections.nCopies(9_000, line);
        String text = "x".repeat(1 << 20);
        return Stream.of(
                Arguments.of(
                        "payload.lines.exists(a, payload.lines.exists(b, a.id == b.id && a.n != b.n))",
                        Map.of("lines", million(line))),
                Arguments.of(
                        "payload.lines.exists(a, payload.lines.exists(b, a.id == b.id && a.n != b.n))",
                        Map.of("lines", thousands)),
                Arguments.of("payload.lines.all(l, l.n < payload.max)", Map.of("lines", million(line), "max", 1)),
                Arguments.of("payload.exists(a, payload.exists(b, a != b)) || true == false", million(0)),
                Arguments.of(
                        "payload.lines.all(l, !(1 in payload.lines))", Map.of("lines", Collections.nCopies(9_000, 0))),
                Arguments.of(
                        "payload.lines.all(l, payload.lines == payload.others)",
                        Map.of("lines", Collections.nCopies(9_000, 0), "others", Collections.nCopies(9_000, 0))),
                Arguments.of(
                        "payload.lines.all(l, !payload.text.contains('xy'))",
                        Map.of("lines", Collections.nCopies(9_000, 0), "text", text)),
                Arguments.of(
                        "payload.lines.map(l, payload.text + payload.text).size() == 0",
                        Map.of("lines", Collections.nCopies(9_000, 0), "text", text)),
                Arguments.of(
                        "[1,2,3,4,5,6,7,8].all(a, [1,2,3,4,5,6,7,8].all(b, [1,2,3,4,5,6,7,8].all(c,"
                                + " [1,2,3,4,5,6,7,8].all(d, [1,2,3,4,5,6,7,8].all(e, a + b + c + d + e > 0)))))",
                        Map.of()));
    }

    /** The bound is in steps, not in time, so that a slow machine decides as a fast one. */
    @ParameterizedTest
    @MethodSource("unbounded")
    void whatAPublisherCanMakeEndlessCannotBeDecidedAndEnds(String expression, Object payload) {
        CelCondition condition = CelCondition.compile(expression);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> condition.holds(MESSAGE, () -> payload))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot be decided"));
    }

    @Test
    void aLongPayloadIsDecidedAsLongAsItsConditionIsSimple() {
        Map<String, Object> payload = Map.of("lines", Collections.nCopies(9_000, Map.of("n", 1)), "max", 2);
        assertThat(holds("payload.lines.all(l, l.n < payload.max)", payload)).isTrue();
        assertThat(holds("payload.lines.size() == 9000 && payload.max == 2", payload))
                .isTrue();
    }

    @Test
    void aPayloadIsDecodedOnceHoweverOftenItIsNamed() {
        AtomicInteger decoded = new AtomicInteger();
        CelCondition condition =
                CelCondition.compile("payload.a == 1 && payload.b == 2 && [1, 2].all(i, payload.a <= i)");
        assertThat(condition.holds(MESSAGE, () -> {
                    decoded.incrementAndGet();
                    return Map.of("a", 1, "b", 2);
                }))
                .isTrue();
        assertThat(decoded).hasValue(1);
    }
}
