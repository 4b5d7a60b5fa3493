package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into the database.
 *
 * @param session in whose name it is published; null: nobody's
 * @param delayMillis how long it may not be delivered once the database has it; 0: at once
 */
record Outgoing(
        Message message,
        @Nullable String session,
        long delayMillis,
        long sinceNanos,
        PublishCallback callback,
        long context) {

    /** When it may be delivered, by the database's clock; 0: at once. */
    long notBeforeMillis(long nowMillis) {
        return delayMillis == 0 ? 0 : nowMillis + delayMillis;
    }

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
