package io.signalbox.codecs.encrypt;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.PayloadLayer;
import io.signalbox.codecs.routed.Parameters;
import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.message.MessageProperties;
import io.signalbox.time.TimeSource;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM around payloads. The header {@code sb-enc} says how:
 *
 * <pre>v2;kid=2026-11;alg=A256GCM;nonce=(12 bytes);dek=(the data key, wrapped by kid)</pre>
 *
 * <p>What {@link RoutedParts} covers is authenticated with the payload: a message whose topic, id, addresses, keys,
 * schema or content type somebody changed is refused, and a copy under another topic or id is a new message that has to
 * be encrypted anew. A message without id is given one first.
 */
public final class Encryption implements PayloadLayer {
    public static final String ENCODING = "aes256gcm";

    private static final String DOMAIN = "signalbox-enc-v2";
    private static final String ALGORITHM = "A256GCM";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final DataKeys keys;
    private final boolean required;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();

    private Encryption(DataKeys keys, boolean required, TimeSource time) {
        this.keys = keys;
        this.required = required;
        this.time = time;
    }

    /** Every message has a data key of its own: a call of the key service for each, on both sides. */
    public static Encryption perMessage(KeyService service) {
        TimeSource time = TimeSource.monotonic();
        return new Encryption(new DataKeys(service, true, time), false, time);
    }

    /** What is addressed to one entity ({@code to}) shares a data key for at most an hour and 2^20 messages. */
    public static Encryption perEntity(KeyService service) {
        return perEntity(service, TimeSource.monotonic());
    }

    static Encryption perEntity(KeyService service, TimeSource time) {
        return new Encryption(new DataKeys(service, false, time), false, time);
    }

    /** For receivers: what comes in the clear is refused with POLICY. */
    public Encryption requireEncrypted() {
        return new Encryption(keys, true, time);
    }

    @Override
    public Set<String> encodings() {
        return Set.of(ENCODING);
    }

    @Override
    public boolean isRequired() {
        return required;
    }

    /** @throws IllegalArgumentException for a message with a header of this layer's name */
    @Override
    public Wrapped wrap(Message plain) {
        Message message = MessageIds.identified(plain, time);
        MessageProperties properties = message.properties();
        if (properties.headers().get(RoutedParts.ENCRYPTION) != null) {
            throw new IllegalArgumentException("the message has the header " + RoutedParts.ENCRYPTION
                    + " already; encrypt once, and leave names with sb- to Signalbox");
        }
        DataKey key = keys.toEncrypt(message);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Parameters parameters = new Parameters()
                .with("kid", key.kid())
                .with("alg", ALGORITHM)
                .with("nonce", nonce)
                .with("dek", key.wrapped());
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(authenticated(message, parameters));
            Message encrypted = message.toBuilder()
                    .payload(cipher.doFinal(message.payload()))
                    .properties(properties.toBuilder()
                            .header(RoutedParts.ENCRYPTION, parameters.toString())
                            .build())
                    .build();
            return new Wrapped(encrypted, ENCODING);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot encrypt with " + CIPHER, e);
        }
    }

    @Override
    public Message unwrap(Message message, String encoding) {
        String header = message.properties().headers().get(RoutedParts.ENCRYPTION);
        if (header == null) {
            throw failed("an encrypted message lacks the header " + RoutedParts.ENCRYPTION, null);
        }
        MessageProperties plain = message.properties().toBuilder()
                .headers(message.properties().headers().without(RoutedParts.ENCRYPTION))
                .build();
        Message bare = message.toBuilder().properties(plain).build();
        try {
            Parameters parameters = Parameters.parse(header);
            if (!parameters.text("alg").equals(ALGORITHM)) {
                throw failed("algorithm '" + parameters.text("alg") + "'; " + ALGORITHM + " is understood", null);
            }
            byte[] nonce = parameters.bytes("nonce");
            if (nonce.length != NONCE_BYTES) {
                throw failed("a nonce of " + nonce.length + " bytes; it has " + NONCE_BYTES, null);
            }
            SecretKey key = keys.toDecrypt(Parameters.requireKeyId(parameters.text("kid")), parameters.bytes("dek"));
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(authenticated(bare, parameters));
            return bare.toBuilder().payload(cipher.doFinal(message.payload())).build();
        } catch (IllegalArgumentException e) {
            throw failed("header " + RoutedParts.ENCRYPTION + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw failed("the payload or the headers that go with it are not what was encrypted", e);
        }
    }

    private static byte[] authenticated(Message message, Parameters parameters) {
        return RoutedParts.of(DOMAIN, message, parameters.text("kid"), parameters.text("alg"), parameters.text("dek"));
    }

    private static CodecException failed(String why, @Nullable Exception cause) {
        return cause == null
                ? new CodecException(ReasonCode.DECRYPT_FAILED, why)
                : new CodecException(ReasonCode.DECRYPT_FAILED, why, cause);
    }
}
