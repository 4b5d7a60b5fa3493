package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.signalbox.error.ReasonCode;
import org.junit.jupiter.api.Test;

class ReasonsTest {
    private static final Mqtt5PubAckReasonCode SPECIFIC = Mqtt5PubAckReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;

    @Test
    void aServerThatSaysItIsBusyInItsOwnWordsIsAskedAgain() {
        assertThat(Reasons.isWorthAnotherTry(SPECIFIC, "Busy: too many publishes"))
                .isTrue();
        assertThat(Reasons.refusal(SPECIFIC, "Busy: too many publishes").reason())
                .isEqualTo(ReasonCode.BUSY);
    }

    @Test
    void otherReasonsOfItsOwnAreForGood() {
        assertThat(Reasons.isWorthAnotherTry(SPECIFIC, "business hours are over"))
                .isFalse();
        assertThat(Reasons.refusal(SPECIFIC, "business hours are over").reason())
                .isEqualTo(ReasonCode.NOT_SUPPORTED);
    }
}
