package io.signalbox.codecs.msgpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codec;
import io.signalbox.codecs.json.Order;
import io.signalbox.testkit.codec.CodecContract;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MessagePackCodecTest extends CodecContract {
    private final MessagePackCodec codec = new MessagePackCodec();

    record Blob(byte[] bytes) {}

    @Override
    protected Codec codec() {
        return codec;
    }

    @Override
    protected List<Sample> samples() {
        return List.of(new Sample(Order.sample(), Order.class), new Sample(new Order.Line("x", 1), Order.Line.class));
    }

    @Override
    protected List<byte[]> hostile() {
        byte[] nested = new byte[100_000];
        Arrays.fill(nested, (byte) 0x91);
        return List.of(
                nested,
                hex("dd7fffffff"), // an array of 2^31-1
                hex("df7fffffff"), // a map of 2^31-1
                hex("dfffffffff"), // a map of 2^32-1
                hex("db7fffffff"), // a string of 2 GiB
                hex("c67fffffff"), // 2 GiB of bytes
                hex("c97fffffffff"), // an extension of 2 GiB
                hex("d50100ff"), // an extension of an unknown type
                hex("82a16101a16102"), // a key twice
                hex("a2ff61"), // a string that is not UTF-8
                hex("81c001"), // a key that is no string
                hex("8080"), // two values
                hex("c1")); // never used
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void theBytesAreTheseOfTheSpecification() {
        // map of 2: "text" -> "x", "share" -> float 32 1.0
        assertThat(HexFormat.of().formatHex(codec.encode(new Order.Line("x", 1))))
                .isEqualTo("82" + "a474657874" + "a178" + "a57368617265" + "ca3f800000");
    }

    @Test
    void byteArraysAreBinaryValues() {
        byte[] bytes = {0, (byte) 0xff, 7};
        byte[] encoded = codec.encode(new Blob(bytes));
        assertThat(HexFormat.of().formatHex(encoded)).isEqualTo("81" + "a56279746573" + "c40300ff07");
        assertThat(codec.decode(encoded, Blob.class))
                .isInstanceOfSatisfying(
                        Blob.class, blob -> assertThat(blob.bytes()).isEqualTo(bytes));
    }

    @Test
    void numbersOfSixtyFourBitsKeepTheirValue() {
        List<Object> numbers = List.of(
                0,
                -1,
                127,
                128,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        Map<?, ?> read =
                (Map<?, ?>) Objects.requireNonNull(codec.decode(codec.encode(Map.of("n", numbers)), Map.class));
        assertThat(read.get("n")).asString().isEqualTo(numbers.toString());
        assertThatThrownBy(() -> codec.encode(BigInteger.TWO.pow(64)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 bits");
    }

    @Test
    void aTimestampOfAnotherLibraryIsRead() {
        // timestamp 32: 2026-11-26T00:00:00Z
        byte[] encoded = ByteBuffer.allocate(6)
                .put((byte) 0xd6)
                .put((byte) -1)
                .putInt((int) java.time.Instant.parse("2026-11-26T00:00:00Z").getEpochSecond())
                .array();
        assertThat(codec.decode(encoded, String.class)).isEqualTo("2026-11-26T00:00:00Z");
    }
}
