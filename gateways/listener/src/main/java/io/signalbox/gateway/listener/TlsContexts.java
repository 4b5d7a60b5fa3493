package io.signalbox.gateway.listener;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** Reads PEM files into what Netty needs. A file that cannot be read closes the door, it never opens it. */
final class TlsContexts {
    /**
     * A handshake costs the server far more than the client, and one that is repeated within a connection passes every
     * count at the door. Clients have no need of it; JSSE knows this switch alone, read before its first handshake.
     */
    private static final String REJECT_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    static {
        if (System.getProperty(REJECT_RENEGOTIATION) == null) {
            System.setProperty(REJECT_RENEGOTIATION, "true");
        }
    }

    private TlsContexts() {}

    /** @throws IOException naming the file and what is wrong with it */
    static SslContext server(TlsConfig config) throws IOException {
        readable("certificate chain", config.certificateChain());
        readable("private key", config.privateKey());
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            config.certificateChain().toFile(),
                            config.privateKey().toFile())
                    .protocols("TLSv1.3", "TLSv1.2");
            Path authorities = config.clientAuthorities();
            if (authorities != null) {
                readable("client authorities", authorities);
                builder.trustManager(authorities.toFile())
                        .clientAuth(config.clientCertificateRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "TLS: " + config.certificateChain() + " and " + config.privateKey()
                            + " do not make a usable PEM certificate and PKCS #8 key: " + e.getMessage(),
                    e);
        }
    }

    private static void readable(String what, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("TLS: the " + what + " file " + file + " cannot be read; check path and permissions");
        }
    }
}
