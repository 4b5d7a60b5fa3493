package io.signalbox.codecs.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.codec.CodecContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonCodecTest extends CodecContract {
    private final JsonCodec codec = new JsonCodec();

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
        return List.of(
                bytes("[".repeat(100_000)),
                bytes("{\"lines\":".repeat(100_000)),
                bytes("{\"count\":" + "1".repeat(100_000) + "}"),
                bytes("{} {}"),
                bytes("{\"count\":\"no number\",\"share\":\"none\"}"),
                new byte[] {(byte) 0xff, (byte) 0xfe});
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theBytesAreTheseOfJson() {
        assertThat(codec.encode(new Order.Line("x", 1)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"text\":\"x\",\"share\":1.0}");
    }

    @Test
    void propertiesThatTheReceiverDoesNotKnowArePassedOver() {
        assertThat(codec.decode(bytes("{\"text\":\"x\",\"share\":1,\"later\":[1]}"), Order.Line.class))
                .isEqualTo(new Order.Line("x", 1));
    }

    @Test
    void nothingInTheBytesChoosesAClass() {
        Object read = codec.decode(bytes("{\"@class\":\"java.util.Date\",\"@type\":\"x\"}"), Object.class);
        assertThat(read).isInstanceOf(Map.class);
    }

    @Test
    void theTextOfAnErrorNamesThePlaceAndQuotesNothing() {
        for (String bad : List.of("{\"share\":\"hidden\"}", "hidden", "{\"share\": hidden}", "[\"hidden\"]")) {
            assertThatThrownBy(() -> codec.decode(bytes(bad), Order.Line.class))
                    .hasMessageNotContaining("hidden")
                    .hasMessageContaining("at byte");
        }
        assertThatThrownBy(() -> codec.decode(bytes("{\"share\":\"hidden\"}"), Order.Line.class))
                .hasMessageContaining("in 'share'");
    }

    @Test
    void whatIsUnreadableSaysOfWhatTypeAndWhy() {
        assertThatThrownBy(() -> codec.decode(bytes("{"), Order.Line.class))
                .isInstanceOfSatisfying(CodecException.class, e -> {
                    assertThat(e.reason()).isEqualTo(ReasonCode.PAYLOAD_UNREADABLE);
                    assertThat(e.deadLetterReason()).isEqualTo("payload_unreadable");
                    assertThat(e).hasMessageContaining("Line");
                });
    }
}
