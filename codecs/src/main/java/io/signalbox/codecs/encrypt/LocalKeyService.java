package io.signalbox.codecs.encrypt;

import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Wraps data keys with keys at hand, by AES key wrap (RFC 3394), which needs no nonce and detects damage. */
public final class LocalKeyService implements KeyService {
    private static final String WRAP = "AES/KW/NoPadding";
    private static final int KEY_BYTES = 32;

    private final KeyProvider keys;
    private final SecureRandom random = new SecureRandom();

    public LocalKeyService(KeyProvider keys) {
        this.keys = keys;
    }

    @Override
    public DataKey newDataKey(@Nullable String entity) {
        KeyEncryptionKey wrapping = keys.current(entity);
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        SecretKey key = new SecretKeySpec(bytes, "AES");
        try {
            Cipher cipher = Cipher.getInstance(WRAP);
            cipher.init(Cipher.WRAP_MODE, wrapping.key());
            return new DataKey(key, wrapping.kid(), cipher.wrap(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot wrap keys with " + WRAP, e);
        }
    }

    @Override
    public SecretKey unwrap(String kid, byte[] wrapped) {
        KeyEncryptionKey wrapping = keys.find(kid);
        if (wrapping == null) {
            throw new CodecException(ReasonCode.DECRYPT_FAILED, "no key '" + kid + "' here; it is unknown or retired");
        }
        try {
            Cipher cipher = Cipher.getInstance(WRAP);
            cipher.init(Cipher.UNWRAP_MODE, wrapping.key());
            return (SecretKey) cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CodecException(ReasonCode.DECRYPT_FAILED, "key '" + kid + "' does not unwrap the data key", e);
        }
    }
}
