package io.signalbox.client.connection;

import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.Optional;

/** What became of a publish, out of the library's result. */
final class PublishAnswer {
    private PublishAnswer() {}

    static Refusal unsendable(Throwable why) {
        return new Refusal(ReasonCode.MALFORMED, "MQTT cannot carry it: " + why.getMessage());
    }

    /** Says nothing when the connection was lost: what becomes of it then is for the next connection to find out. */
    static void tell(Mqtt5PublishResult result, Link.Answer answer) {
        switch (result.getError().orElse(null)) {
            case null -> answer.taken(subscribers(result));
            case Mqtt5PubAckException no ->
                refused(no.getMqttMessage().getReasonCode(), no.getMqttMessage().getReasonString(), answer);
            case Mqtt5PubRecException no ->
                refused(no.getMqttMessage().getReasonCode(), no.getMqttMessage().getReasonString(), answer);
            case MqttEncodeException tooLarge ->
                answer.refused(new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(tooLarge.getMessage())), false);
            default -> {
                // The connection's end is told by its own event.
            }
        }
    }

    private static void refused(Mqtt5ReasonCode code, Optional<?> text, Link.Answer answer) {
        String detail = text.map(Object::toString).orElse("");
        answer.refused(Reasons.refusal(code, detail), Reasons.isWorthAnotherTry(code, detail));
    }

    private static boolean subscribers(Mqtt5PublishResult result) {
        return switch (result) {
            case Mqtt5PublishResult.Mqtt5Qos1Result one ->
                one.getPubAck().getReasonCode() != Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
            case Mqtt5PublishResult.Mqtt5Qos2Result two ->
                two.getPubRec().getReasonCode() != Mqtt5PubRecReasonCode.NO_MATCHING_SUBSCRIBERS;
            default -> true;
        };
    }
}
