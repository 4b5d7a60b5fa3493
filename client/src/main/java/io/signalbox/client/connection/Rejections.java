package io.signalbox.client.connection;

import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.advanced.interceptor.qos1.Mqtt5IncomingQos1Interceptor;
import com.hivemq.client.mqtt.mqtt5.advanced.interceptor.qos2.Mqtt5IncomingQos2Interceptor;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubcomp.Mqtt5PubCompBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrel.Mqtt5PubRel;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes an acknowledgement say no: the library's own method only says yes, but lets this look at the packet before it
 * goes. It knows packets by their content, so of two that are equal the first to go takes the no; which of them it is
 * makes no difference to anybody. Bounded by the connection's credit.
 */
final class Rejections implements Mqtt5IncomingQos1Interceptor, Mqtt5IncomingQos2Interceptor {
    private static final int DETAIL_CHARS_MAX = 200;

    private final Map<Mqtt5Publish, ArrayDeque<Rejection>> waiting = new HashMap<>();

    private record Rejection(boolean unreadable, String detail) {}

    /** The next acknowledgement of this publish says no. */
    synchronized void add(Mqtt5Publish publish, boolean unreadable, String detail) {
        String shortened = detail.length() <= DETAIL_CHARS_MAX ? detail : detail.substring(0, DETAIL_CHARS_MAX);
        waiting.computeIfAbsent(publish, key -> new ArrayDeque<>()).addLast(new Rejection(unreadable, shortened));
    }

    private synchronized @Nullable Rejection take(Mqtt5Publish publish) {
        ArrayDeque<Rejection> found = waiting.isEmpty() ? null : waiting.get(publish);
        if (found == null) {
            return null;
        }
        Rejection first = found.pollFirst();
        if (found.isEmpty()) {
            waiting.remove(publish);
        }
        return first;
    }

    @Override
    public void onPublish(Mqtt5ClientConfig config, Mqtt5Publish publish, Mqtt5PubAckBuilder ack) {
        Rejection rejection = take(publish);
        if (rejection != null) {
            ack.reasonCode(
                            rejection.unreadable
                                    ? Mqtt5PubAckReasonCode.PAYLOAD_FORMAT_INVALID
                                    : Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR)
                    .reasonString(rejection.detail);
        }
    }

    @Override
    public void onPublish(Mqtt5ClientConfig config, Mqtt5Publish publish, Mqtt5PubRecBuilder received) {
        Rejection rejection = take(publish);
        if (rejection != null) {
            received.reasonCode(
                            rejection.unreadable
                                    ? Mqtt5PubRecReasonCode.PAYLOAD_FORMAT_INVALID
                                    : Mqtt5PubRecReasonCode.UNSPECIFIED_ERROR)
                    .reasonString(rejection.detail);
        }
    }

    @Override
    public void onPubRel(Mqtt5ClientConfig config, Mqtt5PubRel release, Mqtt5PubCompBuilder complete) {
        // Nothing to change: a rejected publish is not released.
    }
}
