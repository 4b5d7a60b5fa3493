package io.signalbox.codec;

import io.signalbox.message.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that is done to payloads whatever their format: compress, sign, encrypt. Thread safe. */
public interface PayloadLayer {
    /** The tokens of {@link ContentEncoding} that it writes and takes off. */
    Set<String> encodings();

    /**
     * @param message as the layers before this one left it, its content encoding included
     * @return null if there is nothing to be done to this message
     */
    @Nullable
    Wrapped wrap(Message message);

    /**
     * @param message its content encoding is what it was before this layer wrapped it
     * @param encoding one of {@link #encodings()}
     * @throws CodecException if it was not this layer's counterpart that wrapped it, or it is damaged
     */
    Message unwrap(Message message, String encoding);

    /** A message that does not have this layer is refused with POLICY. */
    default boolean isRequired() {
        return false;
    }

    /** @param encoding the token that names what was done */
    record Wrapped(Message message, String encoding) {}
}
