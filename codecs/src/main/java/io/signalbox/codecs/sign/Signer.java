package io.signalbox.codecs.sign;

import io.signalbox.message.Message;

/** Adds its proof to a message, as headers, and an id if it has none. Thread safe. */
public interface Signer {
    /** @throws IllegalArgumentException if this message cannot be signed by it */
    Message sign(Message message);
}
