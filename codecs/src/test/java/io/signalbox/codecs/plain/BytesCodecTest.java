package io.signalbox.codecs.plain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.testkit.codec.CodecContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytesCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new BytesCodec();
    }

    @Override
    protected List<Sample> samples() {
        return List.of(new Sample(new byte[0], byte[].class), new Sample(new byte[] {0, -1, 7}, Object.class));
    }

    /** Every sequence of bytes is one. */
    @Override
    protected List<byte[]> hostile() {
        return List.of();
    }

    @Test
    void nothingButBytesIsCarried() {
        assertThatThrownBy(() -> new BytesCodec().encode("text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BytesCodec().decode(new byte[1], String.class))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("java.lang.String");
    }
}
