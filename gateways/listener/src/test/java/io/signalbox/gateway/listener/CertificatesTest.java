package io.signalbox.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS files that are replaced while a port is open. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CertificatesTest {
    @TempDir
    Path directory;

    private final EventLoops loops = EventLoops.start(1);
    private final Gate gate = new Gate(ListenerLimits.DEFAULT);

    @AfterEach
    void close() {
        loops.close();
    }

    private Path chain() {
        return directory.resolve("chain.pem");
    }

    private Path key() {
        return directory.resolve("key.pem");
    }

    private Listener bind(Certificates shown) throws IOException {
        return Listener.bind("127.0.0.1", 0, shown, gate, loops, CertificatesTest::echo);
    }

    private static void echo(Channel channel) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.writeAndFlush(message);
            }
        });
    }

    private static SSLSocket connect(Listener listener, SSLContext client) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listener.port());
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private static Certificate shownTo(SSLSocket socket) throws IOException {
        return socket.getSession().getPeerCertificates()[0];
    }

    private static void roundTrip(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(4))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("ping");
    }

    /** The same client, which could resume its session with the old one. */
    @ParameterizedTest
    @CsvSource({"EC, EC", "RSA, EC", "EC, ED25519", "ED25519, RSA"})
    void newConnectionsSeeTheNewCertificateAndOldOnesGoOn(String oldKind, String newKind) throws Exception {
        TestCertificate old = TestCertificate.make(directory, "old", oldKind);
        TestCertificate renewed = TestCertificate.make(directory, "renewed", newKind);
        SSLContext client = TestCertificate.trusting(old, renewed);
        Certificates shown = Certificates.read(old.write(chain(), key()));
        try (Listener listener = bind(shown);
                SSLSocket before = connect(listener, client)) {
            assertThat(shownTo(before)).isEqualTo(old.certificate());
            roundTrip(before);
            renewed.write(chain(), key());
            Runnable putInForce = gate.certificates().getFirst().renew();
            try (SSLSocket between = connect(listener, client)) {
                assertThat(shownTo(between)).as("read, not yet in force").isEqualTo(old.certificate());
            }
            putInForce.run();
            assertThat(shown.expirySeconds())
                    .isEqualTo(renewed.certificate().getNotAfter().toInstant().getEpochSecond());
            try (SSLSocket after = connect(listener, client)) {
                assertThat(shownTo(after)).isEqualTo(renewed.certificate());
                roundTrip(after);
            }
            roundTrip(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "ED25519"})
    void aKeyOfAnotherCertificateIsRefusedAndTheOldPairGoesOn(String kind) throws Exception {
        TestCertificate old = TestCertificate.make(directory, "old", kind);
        TestCertificate other = TestCertificate.make(directory, "other", kind);
        Certificates shown = Certificates.read(old.write(chain(), key()));
        try (Listener listener = bind(shown)) {
            Files.writeString(chain(), other.certificatePem());
            assertThatThrownBy(shown::renew)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("chain.pem")
                    .hasMessageContaining("key.pem")
                    .hasMessageContaining("is not that of the first certificate");
            try (SSLSocket socket = connect(listener, TestCertificate.trusting(old))) {
                roundTrip(socket);
            }
        }
    }

    @Test
    void aFileThatIsCutAnywhereIsRefusedWithItsName() throws Exception {
        TestCertificate whole = TestCertificate.make(directory, "whole", "EC");
        Certificates shown = Certificates.read(whole.write(chain(), key()));
        // What follows the last dash but one makes no difference to who reads it.
        for (int cut = 0; cut < whole.certificatePem().length() - 30; cut += 7) {
            Files.writeString(chain(), whole.certificatePem().substring(0, cut));
            assertThatThrownBy(shown::renew)
                    .as("cut at %d", cut)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("chain.pem");
        }
        whole.write(chain(), key());
        for (int cut = 0; cut < whole.keyPem().length() - 30; cut += 7) {
            Files.writeString(key(), whole.keyPem().substring(0, cut));
            assertThatThrownBy(shown::renew)
                    .as("cut at %d", cut)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("key.pem")
                    .hasMessageNotContaining(whole.keyPem().substring(28, 60));
        }
        Files.delete(key());
        assertThatThrownBy(shown::renew).isInstanceOf(IOException.class).hasMessageContaining("cannot be read");
    }

    @Test
    void authoritiesThatAreNoneAreRefused() throws Exception {
        TestCertificate own = TestCertificate.make(directory, "own", "EC");
        own.write(chain(), key());
        Path authorities = Files.writeString(directory.resolve("authorities.pem"), own.certificatePem());
        Certificates shown = Certificates.read(new TlsConfig(chain(), key(), authorities, true));
        Files.writeString(authorities, "");
        assertThatThrownBy(shown::renew).isInstanceOf(IOException.class).hasMessageContaining("authorities.pem");
    }

    @Test
    void protocolsAreAgreedOnByAlpnAndWhoKnowsNoneIsServed() throws Exception {
        TestCertificate own = TestCertificate.make(directory, "own", "EC");
        SSLContext client = TestCertificate.trusting(own);
        try (Listener listener = bind(Certificates.read(own.write(chain(), key()), "h2", "http/1.1"));
                SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listener.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            try (SSLSocket plain = connect(listener, client)) {
                assertThat(plain.getApplicationProtocol()).isEmpty();
                roundTrip(plain);
            }
        }
    }
}
