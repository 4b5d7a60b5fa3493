package io.signalbox.codecs.sign;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Keys are made once: RSA takes its time. */
final class Keys {
    static final KeyPair ED25519 = pair("Ed25519", 0);
    static final KeyPair RSA = pair("RSA", 2_048);
    static final KeyPair RSA_OTHER = pair("RSA", 2_048);
    static final KeyPair RSA_SHORT = pair("RSA", 1_024);
    static final KeyPair P256 = pair("EC", 256);

    private Keys() {}

    static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
