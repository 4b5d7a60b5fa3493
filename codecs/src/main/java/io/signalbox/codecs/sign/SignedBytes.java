package io.signalbox.codecs.sign;

import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.message.Message;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** What is signed: the routed parts of the message, the parameters of the signature, and the payload. */
final class SignedBytes {
    private static final String DOMAIN = "signalbox-sig-v2";

    private SignedBytes() {}

    static byte[] sign(Message message, PrivateKey key, String kid, String time) {
        try {
            SignatureAlgorithm algorithm = SignatureAlgorithm.of(key);
            Signature signature = Signature.getInstance(algorithm.javaName());
            signature.initSign(key);
            signature.update(parts(message, kid, algorithm, time));
            signature.update(message.payload());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this key cannot sign: " + e.getMessage(), e);
        }
    }

    /** False too for bytes that are no signature. */
    static boolean holds(Message message, PublicKey key, String kid, String time, byte[] bytes) {
        try {
            SignatureAlgorithm algorithm = SignatureAlgorithm.of(key);
            Signature signature = Signature.getInstance(algorithm.javaName());
            signature.initVerify(key);
            signature.update(parts(message, kid, algorithm, time));
            signature.update(message.payload());
            return signature.verify(bytes);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] parts(Message message, String kid, SignatureAlgorithm algorithm, String time) {
        return RoutedParts.of(DOMAIN, message, kid, algorithm.wireName(), time);
    }

    /** SHA-256 of the routed parts and the payload, for who signs something else that names it. */
    static byte[] digest(Message message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(RoutedParts.of(DOMAIN, message));
            return digest.digest(message.payload());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
