package io.signalbox.codecs.encrypt;

import io.signalbox.codecs.routed.Parameters;
import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that wraps data keys.
 *
 * @param kid its name; a rotated key has another
 * @param key 256 bits of AES
 */
public record KeyEncryptionKey(String kid, SecretKey key) {
    private static final int KEY_BYTES = 32;

    /** @throws IllegalArgumentException for a key id that a header cannot carry */
    public KeyEncryptionKey {
        Parameters.requireKeyId(kid);
    }

    /** @throws IllegalArgumentException if it is not 32 bytes in base64; the text of the error does not show it */
    public static KeyEncryptionKey ofBase64(String kid, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key '" + kid + "' is no base64");
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("key '" + kid + "' has " + bytes.length + " bytes; AES-256 takes "
                    + KEY_BYTES + ": openssl rand -base64 32");
        }
        return new KeyEncryptionKey(kid, new SecretKeySpec(bytes, "AES"));
    }

    /** Never the key itself. */
    @Override
    public String toString() {
        return "KeyEncryptionKey[" + kid + "]";
    }
}
