package io.signalbox.codec;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** One format of payloads. Thread safe. */
public interface Codec extends MessageCodec {
    /** What it writes, as in the property of that name: {@code application/json}. */
    String contentType();

    /** @throws IllegalArgumentException if the value cannot be written */
    byte[] encode(@Nullable Object value);

    /** @throws CodecException PAYLOAD_UNREADABLE if the bytes are no value of that type */
    @Nullable
    Object decode(byte[] bytes, Type type);

    @Override
    default Message encode(Message head, @Nullable Object value) {
        return head.toBuilder()
                .payload(encode(value))
                .properties(
                        head.properties().toBuilder().contentType(contentType()).build())
                .build();
    }

    /** Does not look at the content type: who asks one codec wants it to try. */
    @Override
    default @Nullable Object decode(Message message, Type type) {
        String encoding = message.properties().contentEncoding();
        if (!ContentEncoding.parse(encoding).isEmpty()) {
            throw new CodecException(
                    ReasonCode.PAYLOAD_UNREADABLE,
                    "the payload is wrapped as '" + encoding + "' and nothing here unwraps it; give the receiver the"
                            + " layers of the sender");
        }
        return decode(message.payload(), type);
    }
}
