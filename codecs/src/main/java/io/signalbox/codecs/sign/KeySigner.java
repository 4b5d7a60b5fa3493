package io.signalbox.codecs.sign;

import io.signalbox.codecs.routed.Parameters;
import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.time.TimeSource;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signs with a private key, Ed25519 or RSA-SHA256 as the key is. The header {@code sb-sig}:
 *
 * <pre>v2;kid=shop-1;alg=Ed25519;t=(epoch milliseconds of the signature);sig=...</pre>
 *
 * <p>With certificates, {@code sb-x5c} beside it holds the chain in base64 of DER, the signer's own first.
 */
public final class KeySigner implements Signer {
    private final String kid;
    private final PrivateKey key;
    private final @Nullable String chain;
    private final TimeSource time;

    private KeySigner(String kid, PrivateKey key, @Nullable String chain, TimeSource time) {
        this.kid = Parameters.requireKeyId(kid);
        this.key = key;
        this.chain = chain;
        this.time = time;
        SignatureAlgorithm.of(key);
    }

    /** @throws IllegalArgumentException for a key that is neither Ed25519 nor RSA of 2,048 bits or more */
    public static KeySigner of(String kid, PrivateKey key) {
        return of(kid, key, TimeSource.monotonic());
    }

    static KeySigner of(String kid, PrivateKey key, TimeSource time) {
        return new KeySigner(kid, key, null, time);
    }

    /**
     * @param chain the certificate of the key first, then those up to the authority's, without it
     * @throws IllegalArgumentException as {@link #of}, or for more than {@value CertificateVerifier#CHAIN_MAX}
     */
    public static KeySigner withCertificates(PrivateKey key, List<X509Certificate> chain) {
        return withCertificates(key, chain, TimeSource.monotonic());
    }

    static KeySigner withCertificates(PrivateKey key, List<X509Certificate> chain, TimeSource time) {
        if (chain.isEmpty() || chain.size() > CertificateVerifier.CHAIN_MAX) {
            throw new IllegalArgumentException("a chain of " + chain.size() + " certificates; 1 to "
                    + CertificateVerifier.CHAIN_MAX + " are sent along");
        }
        return new KeySigner(CertificateVerifier.thumbprint(chain.getFirst()), key, encoded(chain), time);
    }

    private static String encoded(List<X509Certificate> chain) {
        List<String> encoded = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                encoded.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate of the chain has no DER form", e);
        }
        return String.join(",", encoded);
    }

    @Override
    public Message sign(Message unsigned) {
        Message message = MessageIds.identified(unsigned, time);
        Headers headers = message.properties().headers();
        if (headers.get(RoutedParts.SIGNATURE) != null || headers.get(RoutedParts.CERTIFICATES) != null) {
            throw new IllegalArgumentException(
                    "the message has the header " + RoutedParts.SIGNATURE + " already; sign once");
        }
        Message signed = chain == null ? message : with(message, RoutedParts.CERTIFICATES, chain);
        String now = Long.toString(time.millis());
        byte[] signature = SignedBytes.sign(signed, key, kid, now);
        Parameters parameters = new Parameters()
                .with("kid", kid)
                .with("alg", SignatureAlgorithm.of(key).wireName())
                .with("t", now)
                .with("sig", signature);
        return with(signed, RoutedParts.SIGNATURE, parameters.toString());
    }

    private static Message with(Message message, String header, String value) {
        return message.toBuilder()
                .properties(
                        message.properties().toBuilder().header(header, value).build())
                .build();
    }
}
