package io.signalbox.codecs.sign;

import java.security.Key;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.NamedParameterSpec;

/** The two algorithms of signatures; the key decides which, never the message. */
enum SignatureAlgorithm {
    ED25519("Ed25519", "Ed25519"),
    RSA_SHA256("RS256", "SHA256withRSA");

    private static final int RSA_BITS_MIN = 2_048;

    private final String wireName;
    private final String javaName;

    SignatureAlgorithm(String wireName, String javaName) {
        this.wireName = wireName;
        this.javaName = javaName;
    }

    /** @throws IllegalArgumentException for any other kind of key, or an RSA key of less than 2,048 bits */
    static SignatureAlgorithm of(Key key) {
        if (key instanceof EdECKey edwards
                && edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
            return ED25519;
        }
        if (key instanceof RSAKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < RSA_BITS_MIN) {
                throw new IllegalArgumentException(
                        "an RSA key of " + bits + " bits; " + RSA_BITS_MIN + " are the least");
            }
            return RSA_SHA256;
        }
        throw new IllegalArgumentException("a key of " + key.getAlgorithm() + "; Ed25519 and RSA can sign here");
    }

    String wireName() {
        return wireName;
    }

    /** For {@link java.security.Signature}. */
    String javaName() {
        return javaName;
    }
}
