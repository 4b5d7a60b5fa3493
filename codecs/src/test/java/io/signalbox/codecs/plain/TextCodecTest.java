package io.signalbox.codecs.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.message.Message;
import io.signalbox.testkit.codec.CodecContract;
import io.signalbox.topic.Topic;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextCodecTest extends CodecContract {
    private final TextCodec codec = new TextCodec();

    @Override
    protected Codec codec() {
        return codec;
    }

    @Override
    protected List<Sample> samples() {
        return List.of(new Sample("", String.class), new Sample("é 漢 😀\u0000", CharSequence.class));
    }

    @Override
    protected List<byte[]> hostile() {
        return List.of(
                HexFormat.of().parseHex("c0af"), // overlong
                HexFormat.of().parseHex("eda080"), // half of a surrogate pair
                HexFormat.of().parseHex("f4908080"), // beyond U+10FFFF
                HexFormat.of().parseHex("e282")); // cut
    }

    @Test
    void aMessageOfTextSaysThatItIsUtf8() {
        Message encoded = codec.encode(Message.to(Topic.ofMqtt("t")).build(), "é");
        assertThat(encoded.properties().utf8Payload()).isTrue();
        assertThat(encoded.payloadText()).isEqualTo("é");
    }

    @Test
    void halfASurrogatePairIsNoText() {
        assertThatThrownBy(() -> codec.encode("\ud800")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingButTextIsCarried() {
        assertThatThrownBy(() -> codec.encode(7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.decode(new byte[0], Integer.class)).isInstanceOf(CodecException.class);
    }
}
