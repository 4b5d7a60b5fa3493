package io.signalbox.cli;

import io.signalbox.cli.link.Tls;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether to use TLS, and whom to trust. */
final class TlsOptions {
    @Option(names = "--tls", description = "Use TLS, and trust the JDK's authorities.")
    private boolean tls;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "Use TLS, and trust the authorities in this PEM file.")
    private @Nullable Path authorities;

    @Option(names = "--cert", paramLabel = "FILE", description = "This client's certificate, PEM; with --key.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8, no passphrase).")
    private @Nullable Path key;

    @Option(names = "--insecure", description = "With TLS: take a certificate for another host name too.")
    private boolean insecure;

    boolean asked() {
        return tls || authorities != null || certificate != null;
    }

    boolean isHalf() {
        return (certificate == null) != (key == null);
    }

    Tls read() throws IOException {
        return Tls.of(authorities, certificate, key, insecure);
    }
}
