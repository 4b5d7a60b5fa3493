package io.signalbox.client.application;

import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What came with a message.
 *
 * @param id its own id, else what the server knows it by; null: it has neither
 * @param topic levels separated by {@code .}; that of the sender, also when it was sent to this application alone
 * @param timeMillis epoch milliseconds at which it came here
 * @param correlationId what the sender gave for tracing; null: nothing
 */
public record MessageContext(
        @Nullable String id,
        String topic,
        long timeMillis,
        @Nullable String correlationId,
        Headers headers) {
    static MessageContext of(Message message, String topic, long nowMillis) {
        MessageProperties properties = message.properties();
        byte[] correlation = properties.correlation();
        return new MessageContext(
                properties.id() == null ? properties.idempotencyKey() : properties.id(),
                topic,
                nowMillis,
                correlation == null ? null : new String(correlation, StandardCharsets.UTF_8),
                properties.headers());
    }
}
