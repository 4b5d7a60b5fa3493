package io.signalbox.testkit.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Layers;
import io.signalbox.codec.PayloadLayer;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What callers of any layer around payloads rely on. */
public abstract class LayerContract {
    private static final int MESSAGES = 2_000;
    private static final int GARBAGE = 2_000;
    private static final long SEED = 20_261_126;
    private static final long ALLOCATED_MAX = 8 << 20;

    /** One that wraps every message it is given, however small. */
    protected abstract PayloadLayer layer();

    /** Damaged payloads, and changed headers that it protects, are refused whatever was changed. */
    protected abstract boolean authenticates();

    /** The message as this layer takes it: one that proves senders, say, wants one that it knows. */
    protected Message suited(Message message) {
        return message;
    }

    private Layers layers() {
        return Layers.of(layer());
    }

    private static Message sample() {
        return Message.to(Topic.ofMqtt("orders/new"))
                .payload("{\"item\":\"book\",\"count\":2,\"note\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"
                        .repeat(3))
                .properties(MessageProperties.builder()
                        .id("1")
                        .from("shop")
                        .correlation(new byte[] {1})
                        .idempotencyKey("1")
                        .contentType("application/json")
                        .build())
                .build();
    }

    @Test
    public void everyMessageComesBack() {
        RandomMessages messages = new RandomMessages(SEED);
        int wrapped = 0;
        for (int i = 0; i < MESSAGES; i++) {
            Message random = messages.next();
            Message message = suited(random.toBuilder()
                    .properties(random.properties().toBuilder()
                            .id("id-" + i)
                            .contentEncoding(null)
                            .build())
                    .build());
            Message there = layers().wrap(message);
            wrapped += there.properties().contentEncoding() != null ? 1 : 0;
            RandomMessages.assertSame(layers().unwrap(there), message, "seed " + SEED + ", message " + i);
        }
        assertThat(wrapped).isPositive();
    }

    @Test
    public void theContentEncodingNamesTheLayer() {
        Message wrapped = layers().wrap(sample());
        assertThat(layer().encodings()).contains(wrapped.properties().contentEncoding());
        assertThat(layers().unwrap(wrapped).properties().contentEncoding()).isNull();
    }

    @Test
    public void everyFlippedBitIsRefusedOrHarmless() {
        Message wrapped = layers().wrap(sample());
        int refused = 0;
        for (int bit = 0; bit < wrapped.payload().length * 8; bit++) {
            byte[] damaged = wrapped.payload().clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            refused += refused(wrapped, damaged, "bit " + bit) ? 1 : 0;
        }
        int bits = wrapped.payload().length * 8;
        assertThat(refused).isGreaterThan(bits / 2);
        if (authenticates()) {
            assertThat(refused).isEqualTo(bits);
        }
    }

    @Test
    public void aPayloadCutAtAnyByteIsRefused() {
        Message wrapped = layers().wrap(sample());
        for (int length = 0; length < wrapped.payload().length; length++) {
            assertThat(refused(wrapped, Arrays.copyOf(wrapped.payload(), length), "cut at " + length))
                    .as("cut at %d", length)
                    .isTrue();
        }
    }

    @Test
    public void garbageIsRefused() {
        Message wrapped = layers().wrap(sample());
        Random random = new Random(SEED);
        for (int i = 0; i < GARBAGE; i++) {
            byte[] garbage = new byte[random.nextInt(100)];
            random.nextBytes(garbage);
            assertThat(refused(wrapped, garbage, "seed " + SEED + ", garbage " + i))
                    .isTrue();
        }
    }

    @Test
    public void aChangedRouteIsRefusedIfItIsProtected() {
        if (!authenticates()) {
            return;
        }
        Message wrapped = layers().wrap(sample());
        for (UnaryOperator<Message> change : Changes.ALL) {
            Message changed = change.apply(wrapped);
            assertThatThrownBy(() -> layers().unwrap(changed)).isInstanceOf(CodecException.class);
        }
    }

    /** What comes through must be what was sent. */
    private boolean refused(Message wrapped, byte[] payload, String what) {
        boolean[] refused = {false};
        Allocation.assertAtMost(ALLOCATED_MAX, what, () -> {
            try {
                Message message =
                        layers().unwrap(wrapped.toBuilder().payload(payload).build());
                assertThat(message.payload()).as(what).isEqualTo(sample().payload());
            } catch (CodecException expected) {
                refused[0] = true;
            }
        });
        return refused[0];
    }
}
