package io.signalbox.codec;

import io.signalbox.message.Message;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Puts a value into a message and takes it out again. Thread safe. The class to decode to comes from the receiver's own
 * registrations, never from the bytes.
 */
public interface MessageCodec {
    /**
     * @param head the message without its payload; its topic and properties may be read and added to
     * @throws IllegalArgumentException if the value cannot be written
     */
    Message encode(Message head, @Nullable Object value);

    /** @throws CodecException if the message holds no value of that type, or may not be read */
    @Nullable
    Object decode(Message message, Type type);

    /**
     * A message that has no value, with all around its payload that {@link #encode} puts around a value's: what is signed
     * with a value is signed without one too.
     */
    default Message seal(Message message) {
        return message;
    }

    /**
     * Takes off what {@link #seal} or {@link #encode} put around the payload.
     *
     * @throws CodecException if the message may not be read
     */
    default Message open(Message message) {
        return message;
    }
}
