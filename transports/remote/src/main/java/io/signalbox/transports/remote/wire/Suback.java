package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import org.jspecify.annotations.Nullable;

/** The answers to a subscription and its end (MQTT 5, 3.9 and 3.11); each is about one filter. */
final class Suback {
    private Suback() {}

    static @Nullable Refusal refusal(MqttMessage message) {
        if (!(message instanceof MqttSubAckMessage ack)) {
            return new Refusal(ReasonCode.MALFORMED, "the server answered a SUBSCRIBE with " + message.fixedHeader());
        }
        int code = ack.payload().reasonCodes().getFirst();
        return code < Codes.FAILURE_MIN
                ? null
                : Codes.refusal(code, ack.idAndPropertiesVariableHeader().properties());
    }

    static boolean wasThere(MqttMessage message) {
        if (!(message instanceof MqttUnsubAckMessage ack)) {
            return false;
        }
        int code = Short.toUnsignedInt(ack.payload().unsubscribeReasonCodes().getFirst());
        if (code >= Codes.FAILURE_MIN) {
            throw Codes.refusal(code, ack.idAndPropertiesVariableHeader().properties())
                    .toException();
        }
        return code != Codes.NO_SUBSCRIPTION_EXISTED;
    }
}
