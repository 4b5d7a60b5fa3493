package io.signalbox.testkit.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What callers of any codec rely on. */
public abstract class CodecContract {
    private static final int FLIPS = 4_000;
    private static final int GARBAGE = 4_000;
    private static final long SEED = 20_261_126;

    /** Bytes that decoding may allocate: this, and so many times the input's length. */
    private static final long ALLOCATED_BASE = 1 << 20;

    private static final long ALLOCATED_FACTOR = 200;

    /** A value and the type that it is asked for. */
    public record Sample(@Nullable Object value, Type type) {}

    protected abstract Codec codec();

    /** At least two, of different shapes. */
    protected abstract List<Sample> samples();

    /** Bytes that lie about lengths, nest without end, or otherwise hurt; each must be refused. */
    protected abstract List<byte[]> hostile();

    @Test
    public void everyValueComesBack() {
        assertThat(samples()).hasSizeGreaterThanOrEqualTo(2);
        for (Sample sample : samples()) {
            byte[] bytes = codec().encode(sample.value());
            assertThat(codec().decode(bytes, sample.type())).isEqualTo(sample.value());
            assertThat(codec().encode(sample.value())).isEqualTo(bytes);
        }
    }

    @Test
    public void aMessageNamesItsContentType() {
        Message head = Message.to(Topic.ofMqtt("t")).build();
        for (Sample sample : samples()) {
            Message encoded = codec().encode(head, sample.value());
            assertThat(encoded.properties().contentType()).isEqualTo(codec().contentType());
            assertThat(codec().decode(encoded, sample.type())).isEqualTo(sample.value());
        }
    }

    @Test
    public void whatIsCutOffAtAnyByteIsRefusedOrAnotherValue() {
        for (Sample sample : samples()) {
            byte[] whole = codec().encode(sample.value());
            for (int length = 0; length < whole.length; length++) {
                decodeOrRefuse(Arrays.copyOf(whole, length), sample.type(), "cut at " + length);
            }
        }
    }

    @Test
    public void whatIsDamagedIsRefusedOrAnotherValue() {
        Random random = new Random(SEED);
        for (Sample sample : samples()) {
            byte[] whole = codec().encode(sample.value());
            for (int i = 0; i < FLIPS && whole.length > 0; i++) {
                byte[] damaged = whole.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                decodeOrRefuse(damaged, sample.type(), "seed " + SEED + ", flip " + i);
            }
        }
    }

    @Test
    public void garbageIsRefusedOrAValue() {
        Random random = new Random(SEED);
        for (int i = 0; i < GARBAGE; i++) {
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            for (Sample sample : samples()) {
                decodeOrRefuse(garbage, sample.type(), "seed " + SEED + ", garbage " + i);
            }
        }
    }

    @Test
    public void hostileBytesAreRefusedWithoutMuchMemory() {
        for (byte[] bytes : hostile()) {
            for (Sample sample : samples()) {
                assertThatThrownBy(() -> codec().decode(bytes, sample.type())).isInstanceOf(CodecException.class);
                decodeOrRefuse(bytes, sample.type(), "hostile");
            }
        }
    }

    /** The only way to fail is the one that callers expect, and it costs no more than the input does. */
    private void decodeOrRefuse(byte[] bytes, Type type, String what) {
        long limit = ALLOCATED_BASE + ALLOCATED_FACTOR * bytes.length;
        Allocation.assertAtMost(limit, what, () -> {
            try {
                codec().decode(bytes, type);
            } catch (CodecException refused) {
                assertThat(refused.reason().code()).isNotBlank();
            }
        });
    }
}
