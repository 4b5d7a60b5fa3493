package io.signalbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Messages that use every part of the envelope, with the texts that mappings trip over: empty, reserved, repeated,
 * escaped, outside of the first plane, long. For round trips through anything that carries messages.
 */
public final class RandomMessages {
    private static final String[] TEXTS = {
        "",
        " ",
        "a",
        "A",
        "sb-",
        "sb-id",
        "sb-own-x",
        "sb-at-0",
        "sb-order",
        "sb-correlation",
        "traceparent",
        "content-type",
        "a&b",
        "a%26b",
        "%",
        "%%25",
        "a=b",
        "a;b,c",
        "\"q\"",
        "\\",
        "é",
        "漢字",
        "😀",
        "line\nline",
        "tab\t",
        "ce-id",
        "id",
        "ü%20ü",
        "null",
        "0",
        "true",
        "{}",
        "[]",
        "\u0001",
        "\u007f",
        "\u2028",
        "a/b",
        "/"
    };
    private static final String[] TOPICS = {"a", "a/b", "/", "a//b", "$SYS/x", "é/漢/😀", "a.b/c", "%2E", " ", "a b/*"};
    private static final String[] CONTENT_TYPES = {
        "application/json", "application/json; charset=utf-8", "application/vnd.x+json", "text/plain",
        "application/octet-stream", "application/x-msgpack", "no media type", ""
    };
    private static final String[] PAYLOADS = {
        "",
        "{}",
        "{\"a\":1.0}",
        " {\"a\":1}",
        "[1, 2]\n",
        "\"text\"",
        "null",
        "1e400",
        "-0",
        "text",
        "é😀",
        "{\"a\":1}x",
        "\"\\u0000\"",
        "\u0000",
        "{",
        "01",
        "true",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
        "\ufeff{}",
        "NaN"
    };

    private final Random random;

    /** @param seed to be named in the failure's text */
    public RandomMessages(long seed) {
        random = new Random(seed);
    }

    public Message next() {
        Message.Builder message = Message.to(Topic.ofMqtt(pick(TOPICS)))
                .payload(payload())
                .guarantee(Guarantee.ofQos(random.nextInt(3)))
                .retain(random.nextBoolean())
                .priority(random.nextInt(10))
                .timestampMillis(number())
                .ttlMillis(number());
        return (random.nextInt(8) == 0 ? message : message.properties(properties())).build();
    }

    private MessageProperties properties() {
        MessageProperties.Builder properties = MessageProperties.builder()
                .id(text())
                .kind(MessageKind.values()[random.nextInt(4)])
                .from(text())
                .to(text())
                .replyTo(text())
                .correlation(
                        random.nextBoolean()
                                ? null
                                : random.nextBoolean() ? bytes(5) : pick(TEXTS).getBytes(UTF))
                .causationId(text())
                .traceparent(text())
                .orderingKey(text())
                .idempotencyKey(text())
                .schema(text(), text())
                .contentType(random.nextInt(4) == 0 ? null : pick(CONTENT_TYPES))
                .contentEncoding(random.nextInt(4) == 0 ? text() : null)
                .utf8Payload(random.nextBoolean());
        List<String> headers = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            headers.add(random.nextInt(20) == 0 ? pick(TEXTS).repeat(100) : pick(TEXTS));
            headers.add(pick(TEXTS));
        }
        return properties.headers(Headers.of(headers.toArray(String[]::new))).build();
    }

    private static final java.nio.charset.Charset UTF = java.nio.charset.StandardCharsets.UTF_8;

    private byte[] payload() {
        return random.nextInt(4) == 0
                ? bytes(random.nextInt(200))
                : pick(PAYLOADS).getBytes(UTF);
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private long number() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            case 3 -> random.nextLong();
            default -> 1_700_000_000_000L + random.nextInt();
        };
    }

    private @Nullable String text() {
        return random.nextInt(3) == 0 ? null : random.nextInt(3) == 0 ? pick(TEXTS) + pick(TEXTS) : pick(TEXTS);
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    /** Equal in every part, payload and order of headers too. */
    public static void assertSame(Message actual, Message expected, String what) {
        assertThat(actual.topic()).as(what).isEqualTo(expected.topic());
        assertThat(actual.payload()).as(what).isEqualTo(expected.payload());
        assertThat(actual.properties()).as(what).isEqualTo(expected.properties());
        assertThat(actual.guarantee()).as(what).isEqualTo(expected.guarantee());
        assertThat(actual.retain()).as(what).isEqualTo(expected.retain());
        assertThat(actual.priority()).as(what).isEqualTo(expected.priority());
        assertThat(actual.timestampMillis()).as(what).isEqualTo(expected.timestampMillis());
        assertThat(actual.ttlMillis()).as(what).isEqualTo(expected.ttlMillis());
    }
}
