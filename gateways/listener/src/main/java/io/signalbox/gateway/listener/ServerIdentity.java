package io.signalbox.gateway.listener;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key and the chain of certificates that is shown for it. The two are known to belong together. */
record ServerIdentity(PrivateKey key, X509Certificate[] chain) {
    private static final Pattern PKCS_8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** @throws IOException naming the file and what is wrong with it */
    static ServerIdentity read(Path chainFile, Path keyFile) throws IOException {
        byte[] chainBytes = bytes("certificate chain", chainFile);
        byte[] keyBytes = bytes("private key", keyFile);
        X509Certificate[] chain = chain(chainFile, chainBytes);
        PublicKey shown = chain[0].getPublicKey();
        PrivateKey key = key(keyFile, keyBytes, shown.getAlgorithm());
        if (!belongTogether(key, shown)) {
            throw new IOException("TLS: the private key in " + keyFile + " is not that of the first certificate in "
                    + chainFile + "; if both are being replaced, try again when both are there");
        }
        return new ServerIdentity(key, chain);
    }

    private static byte[] bytes(String what, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("TLS: the " + what + " file " + file + " cannot be read; check path and permissions");
        }
        return Files.readAllBytes(file);
    }

    private static X509Certificate[] chain(Path file, byte[] pem) throws IOException {
        try {
            X509Certificate[] chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toArray(X509Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException("TLS: " + file + " has no certificate in PEM form; put the server's own first");
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + file + " is no chain of certificates in PEM form: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file, byte[] pem, String algorithm) throws IOException {
        Matcher block = PKCS_8.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new IOException("TLS: " + file + " has no PEM block 'PRIVATE KEY' (PKCS #8 without a passphrase);"
                    + " `openssl pkcs8 -topk8 -nodes` makes one of other forms");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // What the key's bytes are is for no log.
            throw new IOException(
                    "TLS: the private key in " + file + " is damaged, or not of the certificate's kind, " + algorithm);
        }
    }

    /** What the one signs the other must verify. */
    private static boolean belongTogether(PrivateKey key, PublicKey shown) {
        String algorithm = switch (shown.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return true; // not known how to ask; the first handshake tells
        }
        try {
            byte[] text = {1};
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(shown);
            verifying.update(text);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
