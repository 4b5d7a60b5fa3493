package io.signalbox.gateway.listener;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

    /** @param expirySeconds when the first of the chain is no longer valid, in seconds since 1970 */
    record Read(SslContext context, long expirySeconds) {}

    /** @throws IOException naming the file and what is wrong with it */
    static Read server(TlsConfig config, List<String> applicationProtocols) throws IOException {
        ServerIdentity identity = ServerIdentity.read(config.certificateChain(), config.privateKey());
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                    .protocols("TLSv1.3", "TLSv1.2");
            if (!applicationProtocols.isEmpty()) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        applicationProtocols));
            }
            Path authorities = config.clientAuthorities();
            if (authorities != null) {
                trust(builder, authorities, config.clientCertificateRequired());
            }
            return new Read(builder.build(), expirySeconds(identity));
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "TLS: " + config.certificateChain() + " and " + config.privateKey()
                            + " do not make a usable certificate and key: " + e.getMessage(),
                    e);
        }
    }

    private static void trust(SslContextBuilder builder, Path authorities, boolean required) throws IOException {
        if (!Files.isReadable(authorities)) {
            throw new IOException(
                    "TLS: the client authorities file " + authorities + " cannot be read; check path and permissions");
        }
        try {
            builder.trustManager(authorities.toFile()).clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        } catch (IllegalArgumentException e) {
            throw new IOException("TLS: " + authorities + " has no certificates in PEM form: " + e.getMessage(), e);
        }
    }

    private static long expirySeconds(ServerIdentity identity) {
        return Arrays.stream(identity.chain())
                .mapToLong(certificate -> certificate.getNotAfter().toInstant().getEpochSecond())
                .min()
                .orElseThrow();
    }
}
