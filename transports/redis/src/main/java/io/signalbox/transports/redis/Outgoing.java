package io.signalbox.transports.redis;

import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to Redis.
 *
 * @param session in whose name it is published; null: nobody's
 * @param key equal keys within the window are one message; empty for none
 * @param fields as they stand in a stream
 * @param intakeId the entry of the intake that it is; empty for one of our own
 */
record Outgoing(
        Message message,
        @Nullable String session,
        String key,
        List<byte[]> fields,
        String intakeId,
        long sinceNanos,
        PublishCallback callback,
        long context) {

    /** What tells a message from others, and nothing where its publisher has not said so. */
    static String keyOf(Message message) {
        String key = message.properties().idempotencyKey();
        if (key != null) {
            return "key " + key;
        }
        String id = message.properties().id();
        return id == null ? "" : "id " + id;
    }

    int bytes() {
        return message.sizeBytes();
    }
}
