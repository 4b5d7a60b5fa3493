package io.signalbox.codecs.encrypt;

import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Makes and unwraps data keys. This is what a vault (transit engine: {@code datakey/plaintext}, {@code decrypt}) or a
 * cloud's key management ({@code GenerateDataKey}, {@code Decrypt}) does behind one call each; {@link LocalKeyService}
 * does it with keys at hand. Thread safe; may block on its network.
 */
public interface KeyService {
    /**
     * @param entity whose key is to wrap it, where entities have keys of their own; null: nobody's in particular
     * @throws io.signalbox.codec.CodecException if there is no key to wrap with
     */
    DataKey newDataKey(@Nullable String entity);

    /**
     * @param kid as the message brings it: not to be trusted
     * @throws io.signalbox.codec.CodecException DECRYPT_FAILED if that key is unknown, retired or not the one
     */
    SecretKey unwrap(String kid, byte[] wrapped);
}
