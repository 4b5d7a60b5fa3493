package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into the database.
 *
 * @param session in whose name it is published; null: nobody's
 * @param notBeforeMillis when it may be delivered; 0: at once
 */
record Outgoing(
        Message message,
        @Nullable String session,
        long notBeforeMillis,
        long sinceNanos,
        PublishCallback callback,
        long context) {

    /** Equal keys within the window are one message. */
    @Nullable
    String key() {
        String key = message.properties().idempotencyKey();
        if (key != null) {
            return "key " + key;
        }
        String id = message.properties().id();
        return id == null ? null : "id " + id;
    }
}
