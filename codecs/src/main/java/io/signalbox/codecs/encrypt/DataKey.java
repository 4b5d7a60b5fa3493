package io.signalbox.codecs.encrypt;

import io.signalbox.codecs.routed.Parameters;
import javax.crypto.SecretKey;

/**
 * A key that encrypts payloads, in the clear and as it travels.
 *
 * @param key 256 bits of AES
 * @param kid of the key that wraps it
 * @param wrapped opaque to all but the {@link KeyService} that made it; treat as immutable
 */
public record DataKey(SecretKey key, String kid, byte[] wrapped) {
    /** @throws IllegalArgumentException for a key id that a header cannot carry */
    public DataKey {
        Parameters.requireKeyId(kid);
    }
}
