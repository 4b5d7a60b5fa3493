package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of the link.
 *
 * @param deliveryId 0: settled already
 * @param redelivered the message may have been delivered before
 */
record Arrival(int deliveryId, Message message, boolean redelivered) {
    /** What a message without an id is known by. */
    private record Unnamed(Topic topic, long timestampMillis, int payloadLength, int payloadHash) {}

    Topic topic() {
        return message.topic();
    }

    /** See {@link io.signalbox.bus.message.Completion#origin}. */
    @Nullable
    Object origin() {
        if (deliveryId == 0) {
            return null;
        }
        String id = WireForm.id(message);
        byte[] payload = message.payload();
        return id != null
                ? id
                : new Unnamed(message.topic(), message.timestampMillis(), payload.length, Arrays.hashCode(payload));
    }

    /** Two of one id are one message, whatever the transport knows. */
    boolean mayHaveComeBefore() {
        return redelivered || WireForm.id(message) != null;
    }
}
