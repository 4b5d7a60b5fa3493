package io.signalbox.cli.link;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS, from PEM files.
 *
 * @param trust null: the JDK's own list of authorities
 * @param keys of this client; null: none
 * @param anyName take a certificate for another host name too
 */
public record Tls(
        @Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory keys, boolean anyName) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /**
     * @param authorities whom to trust; null: the JDK's own list
     * @param certificate of this client, with {@code key}; null: none
     * @param anyName take a certificate for another host name too
     * @throws IOException a file that is not there or not understood, with its name
     */
    public static Tls of(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key, boolean anyName)
            throws IOException {
        try {
            return new Tls(
                    authorities == null ? null : trust(authorities),
                    certificate == null || key == null ? null : keys(certificate, key),
                    anyName);
        } catch (GeneralSecurityException e) {
            throw new IOException("the TLS files cannot be used: " + e.getMessage(), e);
        }
    }

    MqttClientSslConfig ofMqtt() {
        MqttClientSslConfigBuilder config = MqttClientSslConfig.builder();
        if (trust != null) {
            config = config.trustManagerFactory(trust);
        }
        if (keys != null) {
            config = config.keyManagerFactory(keys);
        }
        return (anyName ? config.hostnameVerifier((host, session) -> true) : config).build();
    }

    /** For the clients of AMQP and HTTP. */
    SSLContext context() throws LinkException {
        try {
            TrustManagerFactory trusted = trust;
            if (trusted == null && anyName) {
                trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trusted.init((KeyStore) null);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys == null ? null : keys.getKeyManagers(),
                    trusted == null ? null : anyName ? AnyName.of(trusted) : trusted.getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new LinkException(LinkException.Kind.UNAVAILABLE, "TLS cannot be used: " + e.getMessage());
        }
    }

    /**
     * For a client of HTTP.
     *
     * @throws IOException a file that is not there or not understood, with its name
     */
    public static SSLContext trusting(Path authorities) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(authorities).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the TLS files cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyManagerFactory keys(Path certificate, Path key) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client",
                privateKey(key),
                new char[0],
                certificates(certificate).toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        return keys;
    }

    private static TrustManagerFactory trust(Path authorities) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate each : certificates(authorities)) {
            store.setCertificateEntry("authority-" + number++, each);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> found =
                    new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new IOException(file + " has no certificate; it must be PEM, with BEGIN CERTIFICATE");
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(file + " has no private key of the form BEGIN PRIVATE KEY (PKCS #8, no passphrase);"
                    + " 'openssl pkcs8 -topk8 -nocrypt' makes one");
        }
        PKCS8EncodedKeySpec key =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(key);
            } catch (InvalidKeySpecException e) {
                // then it is for another algorithm
            }
        }
        throw new IOException(file + " has a key of an unknown kind; it must be one of " + ALGORITHMS);
    }
}
