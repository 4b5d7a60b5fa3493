package io.signalbox.broker.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    @Test
    void whatIsWrittenIsRead() {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RecordWriter out = new RecordWriter();
        for (int i = 0; i < 5_000; i++) {
            Message message = message(random);
            MessageCodec.write(out.clear(), message);
            Message read = MessageCodec.read(new RecordReader(out.array(), 0, out.length()));
            assertThat(read.topic()).isEqualTo(message.topic());
            assertThat(read.payload()).isEqualTo(message.payload());
            assertThat(read.guarantee()).isEqualTo(message.guarantee());
            assertThat(read.retain()).isEqualTo(message.retain());
            assertThat(read.priority()).isEqualTo(message.priority());
            assertThat(read.timestampMillis()).isEqualTo(message.timestampMillis());
            assertThat(read.ttlMillis()).isEqualTo(message.ttlMillis());
            assertThat(read.properties()).isEqualTo(message.properties());
        }
    }

    @Test
    void aRecordThatEndsEarlyIsRefused() {
        RecordWriter out = new RecordWriter();
        MessageCodec.write(out, message(new Random(1)));
        for (int length = 0; length < out.length(); length++) {
            RecordReader cut = new RecordReader(out.array(), 0, length);
            assertThatThrownBy(() -> MessageCodec.read(cut)).isInstanceOf(RuntimeException.class);
        }
    }

    private static Message message(Random random) {
        byte[] payload = new byte[random.nextInt(200)];
        random.nextBytes(payload);
        Message.Builder message = Message.to(Topic.ofMqtt("a/ü/" + random.nextInt(1_000)))
                .payload(payload)
                .guarantee(Guarantee.ofQos(random.nextInt(3)))
                .retain(random.nextBoolean())
                .priority(random.nextInt(10))
                .timestampMillis(random.nextLong(1L << 45))
                .ttlMillis(random.nextInt(1_000_000));
        if (random.nextBoolean()) {
            MessageProperties.Builder p = MessageProperties.builder()
                    .id(text(random))
                    .kind(MessageKind.values()[random.nextInt(4)])
                    .from(text(random))
                    .to(text(random))
                    .replyTo(text(random))
                    .correlation(random.nextBoolean() ? payload.clone() : null)
                    .causationId(text(random))
                    .traceparent(text(random))
                    .orderingKey(text(random))
                    .idempotencyKey(text(random))
                    .schema(text(random), text(random))
                    .contentType(text(random))
                    .contentEncoding(text(random))
                    .utf8Payload(random.nextBoolean());
            for (int i = random.nextInt(4); i > 0; i--) {
                p = p.header("name", "värde " + i);
            }
            message.properties(p.build());
        }
        return message.build();
    }

    private static @Nullable String text(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> null;
            case 1 -> "";
            default -> "text-ñ-" + random.nextInt(1_000);
        };
    }
}
