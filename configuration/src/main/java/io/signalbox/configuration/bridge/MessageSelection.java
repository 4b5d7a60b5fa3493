package io.signalbox.configuration.bridge;

import io.signalbox.codec.Codec;
import io.signalbox.codec.Codecs;
import io.signalbox.codec.MediaTypes;
import io.signalbox.message.Message;
import io.signalbox.transport.provider.MessageCondition;
import org.jspecify.annotations.Nullable;

/**
 * Which messages, and in which codec. Thread safe.
 *
 * @param when null: all
 * @param assumed content type of messages that do not say theirs; null: none
 * @param codec content type that they get; null: they stay as they are
 */
public record MessageSelection(
        Codecs codecs,
        @Nullable MessageCondition when,
        @Nullable String assumed,
        @Nullable String codec) {

    /**
     * @return null if the condition does not hold
     * @throws RuntimeException if it cannot be decided, or the payload cannot be read or written
     */
    public @Nullable Message select(Message message) {
        try {
            return selected(message);
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            // A payload that is too deep or too large, or a library that is missing: the message is what cannot cross.
            throw new IllegalStateException("it takes more than this process has: " + e, e);
        }
    }

    private @Nullable Message selected(Message message) {
        Payload payload = new Payload(codecs, assumed, message);
        if (when != null && !when.holds(message, payload::value)) {
            return null;
        }
        // An empty payload clears what is retained; it has no codec.
        return codec == null || message.payload().length == 0 ? message : recoded(message, payload, codec);
    }

    private Message recoded(Message message, Payload payload, String to) {
        String from = payload.contentType();
        if (from != null
                && MediaTypes.base(from).equals(to)
                && message.properties().contentEncoding() == null) {
            return message;
        }
        Codec target = codecs.find(to).orElseThrow();
        Message head = message.toBuilder()
                .properties(message.properties().toBuilder()
                        .contentEncoding(null)
                        .utf8Payload(false)
                        .build())
                .build();
        return target.encode(head, payload.value());
    }
}
