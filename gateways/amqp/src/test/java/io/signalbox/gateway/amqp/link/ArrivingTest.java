package io.signalbox.gateway.amqp.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.Frames;
import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Performatives;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ArrivingTest {
    /** Delivery 0, on handle 0, with more to come. */
    private static final String BEGINNING = Frames.amqp(0, "00 53 14 c0 09 06 43 43 a00100 43 42 41", "00 53 75 a0 02");

    private final Arriving arriving = new Arriving();

    private int payloadBytes(String frame) {
        Performative transfer =
                Objects.requireNonNull(Performatives.check(Frames.bytes(frame), EncodedValues.Inspector.NONE));
        return arriving.begin(transfer).length - transfer.end();
    }

    @Test
    void theEngineGetsOneByteOfEachFrameOfADeliveryThatHasSeveral() {
        assertThat(payloadBytes(Frames.transfer(0))).isZero();
        assertThat(payloadBytes(BEGINNING)).isEqualTo(1);
        assertThat(payloadBytes(Frames.transfer(0))).as("its end").isEqualTo(1);
        assertThat(payloadBytes(Frames.transfer(1))).isZero();
    }

    @Test
    void aLinkThatIsDetachedInTheMiddleOfADeliveryIsForgotten() {
        assertThat(payloadBytes(BEGINNING)).isEqualTo(1);
        arriving.forget(0, 0);
        assertThat(payloadBytes(Frames.transfer(0)))
                .as("of another link on that handle")
                .isZero();
    }

    @Test
    void soAreAllOfASessionThatEnds() {
        assertThat(payloadBytes(BEGINNING)).isEqualTo(1);
        arriving.forget(1);
        arriving.forget(0, 1);
        assertThat(payloadBytes(Frames.transfer(0)))
                .as("other sessions and links")
                .isEqualTo(1);
        assertThat(payloadBytes(BEGINNING)).isEqualTo(1);
        arriving.forget(0);
        assertThat(payloadBytes(Frames.transfer(0))).isZero();
    }
}
