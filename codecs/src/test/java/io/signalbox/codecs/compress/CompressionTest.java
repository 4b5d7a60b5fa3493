package io.signalbox.codecs.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.sun.management.ThreadMXBean;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.Layers;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    private static final int BOMB_BYTES = 64 << 20;
    private static final int LIMIT_BYTES = 1 << 20;

    private static Compression of(String algorithm) {
        return switch (algorithm) {
            case "zstd" -> Compression.zstd();
            case "lz4" -> Compression.lz4();
            case "gzip" -> Compression.gzip();
            default -> throw new IllegalArgumentException(algorithm);
        };
    }

    private static Message message(byte[] payload) {
        return Message.to(Topic.ofMqtt("t")).payload(payload).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lz4", "gzip"})
    void oneKibibyteIsCompressedAndOneByteLessIsNot(String algorithm) {
        Layers layers = Layers.of(of(algorithm));
        assertThat(layers.wrap(message(new byte[1_023])).properties().contentEncoding())
                .isNull();
        Message wrapped = layers.wrap(message(new byte[1_024]));
        assertThat(wrapped.properties().contentEncoding()).isEqualTo(algorithm);
        assertThat(wrapped.payload()).hasSizeLessThan(200);
        assertThat(layers.unwrap(wrapped).payload()).isEqualTo(new byte[1_024]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lz4", "gzip"})
    void whatDoesNotGetSmallerIsSentAsItIs(String algorithm) {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        Message message = message(noise);
        assertThat(Layers.of(of(algorithm)).wrap(message)).isSameAs(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lz4", "gzip"})
    void aBombIsRefusedWithoutItsMemory(String algorithm) {
        Message bomb = Layers.of(of(algorithm).withInflatedMax(BOMB_BYTES)).wrap(message(new byte[BOMB_BYTES]));
        assertThat(bomb.payload()).hasSizeLessThan(BOMB_BYTES / 200);
        Layers receiver = Layers.of(Compression.gzip().withInflatedMax(LIMIT_BYTES));
        assertRefusedCheaply(receiver, bomb);
    }

    /** A stream of zstd that keeps its size to itself, as pipes write it. */
    @Test
    void aBombThatDoesNotAnnounceItsSizeIsRefusedToo() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out)) {
            for (int i = 0; i < BOMB_BYTES >> 20; i++) {
                zstd.write(new byte[1 << 20]);
            }
        }
        Message bomb = encoded(out.toByteArray(), "zstd");
        assertRefusedCheaply(Layers.of(Compression.zstd().withInflatedMax(LIMIT_BYTES)), bomb);
        Layers roomy = Layers.of(Compression.zstd().withInflatedMax(BOMB_BYTES));
        assertThat(roomy.unwrap(bomb).payload()).hasSize(BOMB_BYTES);
    }

    private static void assertRefusedCheaply(Layers receiver, Message bomb) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> receiver.unwrap(bomb))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE))
                .hasMessageContaining(Integer.toString(LIMIT_BYTES));
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16L * LIMIT_BYTES);
    }

    @Test
    void aBombInABombIsRefusedBeforeItIsInflated() {
        Message once = Layers.of(Compression.zstd()).wrap(message(new byte[1 << 20]));
        Message twice = Layers.of(Compression.gzip().withThreshold(0).withRatioMax(100))
                .wrap(once.toBuilder().properties(MessageProperties.NONE).build());
        Message nested = encoded(twice.payload(), "zstd, gzip");
        assertThatThrownBy(() -> Layers.of(Compression.zstd()).unwrap(nested))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void whatIsCompressedAlreadyIsLeftAsItIs() {
        Message done = encoded(new byte[5_000], "br");
        assertThat(Layers.of(Compression.zstd()).wrap(done)).isSameAs(done);
    }

    private static Message encoded(byte[] payload, String encoding) {
        return message(payload).toBuilder()
                .properties(
                        MessageProperties.builder().contentEncoding(encoding).build())
                .build();
    }
}
