package io.signalbox.codecs.sign;

import io.signalbox.message.Message;

/** Checks the proof of one kind of {@link Signer}. Thread safe. */
public interface Verifier {
    /** The header that the proof is in: which verifier is asked depends on it. */
    String header();

    /**
     * @param message with the proof's headers
     * @return it without them
     * @throws io.signalbox.codec.CodecException AUTH_FAILED if the proof does not hold
     */
    Message verify(Message message);
}
