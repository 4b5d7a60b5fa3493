package io.signalbox.configuration.bridge;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import org.jspecify.annotations.Nullable;

/** A message's payload as maps, lists, texts and numbers; decoded when it is first asked for. Not thread safe. */
final class Payload {
    private final Codecs codecs;
    private final @Nullable String assumed;
    private final Message message;
    private boolean decoded;
    private @Nullable Object value;

    /** @param assumed content type of messages that do not say theirs; null: those cannot be decoded */
    Payload(Codecs codecs, @Nullable String assumed, Message message) {
        this.codecs = codecs;
        this.assumed = assumed;
        this.message = message;
    }

    /** Null for none. */
    @Nullable
    String contentType() {
        String said = message.properties().contentType();
        return said == null || said.isEmpty() ? assumed : said;
    }

    /** @throws CodecException if it cannot be decoded */
    @Nullable
    Object value() {
        if (!decoded) {
            String type = contentType();
            if (type == null) {
                throw new CodecException(
                        ReasonCode.PAYLOAD_UNREADABLE,
                        "the message does not say its content type, and the bridge has no from-codec");
            }
            value = codecs.find(type)
                    .orElseThrow(() -> new CodecException(
                            ReasonCode.PAYLOAD_UNREADABLE,
                            "no codec reads " + type + "; there are " + codecs.contentTypes()))
                    .decode(message, Object.class);
            decoded = true;
        }
        return value;
    }
}
