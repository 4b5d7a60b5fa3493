package io.signalbox.gateway.mqtt.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which answer a client can make sense of. */
class ReasonCodesTest {
    private static final Set<MqttReason> TRY_AGAIN = Set.of(MqttReason.UNSPECIFIED, MqttReason.QUOTA_EXCEEDED);

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"MALFORMED", "PAYLOAD_UNREADABLE", "SCHEMA_MISMATCH", "DECRYPT_FAILED", "NOT_SUPPORTED", "POLICY"})
    void whatIsWrongWithAMessageForGoodIsNotAnsweredAsIfAnotherTryMightHelp(ReasonCode reason) {
        assertThat(ReasonCodes.toPublishAck(reason)).isNotIn(TRY_AGAIN);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"MALFORMED", "FILTER_INVALID", "NOT_SUPPORTED", "NOT_AUTHORIZED"})
    void soWithASubscription(ReasonCode reason) {
        assertThat(ReasonCodes.toSubscribeAck(reason)).isNotIn(TRY_AGAIN);
    }

    @ParameterizedTest
    @EnumSource(ReasonCode.class)
    void onlyCodesOfAPubackAreInOne(ReasonCode reason) {
        assertThat(ReasonCodes.toPublishAck(reason))
                .isIn(
                        MqttReason.UNSPECIFIED,
                        MqttReason.IMPLEMENTATION_SPECIFIC,
                        MqttReason.NOT_AUTHORIZED,
                        MqttReason.TOPIC_NAME_INVALID,
                        MqttReason.QUOTA_EXCEEDED,
                        MqttReason.PAYLOAD_FORMAT_INVALID);
    }
}
