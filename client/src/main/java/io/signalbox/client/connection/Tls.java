package io.signalbox.client.connection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust behind mqtts:// and wss://, and who to be. The server's name is always checked.
 *
 * @param trust null: the authorities that the JDK trusts
 * @param keys the client's own certificate; null: none
 */
public record Tls(
        @Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory keys) {
    public static final Tls DEFAULT = new Tls(null, null);

    /**
     * Trusts these certificates alone.
     *
     * @param pem a file of one or more X.509 certificates
     * @throws IllegalArgumentException if there is none in it
     */
    public static Tls trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + count++, certificate);
            }
            if (count == 0) {
                throw new IllegalArgumentException(pem + " has no certificate in it");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new Tls(factory, null);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificates in " + pem + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Shows the first certificate of a key store. */
    public Tls withKeys(KeyStore store, char[] password) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return new Tls(trust, factory);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the keys cannot be used: " + e.getMessage(), e);
        }
    }

    /** The same for HTTP. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] own = keys == null ? null : keys.getKeyManagers();
            context.init(own, trust == null ? null : trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
