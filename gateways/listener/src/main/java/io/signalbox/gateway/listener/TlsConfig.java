package io.signalbox.gateway.listener;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files in PEM form.
 *
 * @param certificateChain the server's certificate first, then those that signed it
 * @param privateKey PKCS #8, without a passphrase
 * @param clientAuthorities who may sign client certificates; null: clients are not asked for one
 * @param clientCertificateRequired refuse clients without a certificate
 */
public record TlsConfig(
        Path certificateChain, Path privateKey, @Nullable Path clientAuthorities, boolean clientCertificateRequired) {

    public TlsConfig {
        if (clientCertificateRequired && clientAuthorities == null) {
            throw new IllegalArgumentException(
                    "TLS client certificates are required, but no file of client authorities is named; name one");
        }
    }

    public static TlsConfig of(Path certificateChain, Path privateKey) {
        return new TlsConfig(certificateChain, privateKey, null, false);
    }
}
