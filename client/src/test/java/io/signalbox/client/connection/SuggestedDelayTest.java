package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is busy, in bytes. */
class SuggestedDelayTest {
    private static final int SERVER_BUSY = 0x89;
    private static final int USER_PROPERTY = 0x26;

    private static byte[] refusal(String value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(bytes);
        String name = "sb-retry-after";
        int properties = 1 + 2 + name.length() + 2 + value.length();
        packet.writeByte(0x20); // CONNACK
        packet.writeByte(3 + properties);
        packet.writeByte(0); // no session
        packet.writeByte(SERVER_BUSY);
        packet.writeByte(properties);
        packet.writeByte(USER_PROPERTY);
        packet.writeShort(name.length());
        packet.write(name.getBytes(StandardCharsets.US_ASCII));
        packet.writeShort(value.length());
        packet.write(value.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static void refuse(ServerSocket listener, String value) {
        try (Socket client = listener.accept()) {
            int first = client.getInputStream().read();
            assertThat(first).as("CONNECT").isEqualTo(0x10);
            client.getOutputStream().write(refusal(value));
            while (client.getInputStream().read() >= 0) {
                // Until the client has read it, and goes.
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"60000, 60000", "0, 0", "soon, -", "-5, -"})
    void whatItSaysIsKnown(String said, Long known) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> refuse(listener, said));
            LinkOptions options = new LinkOptions(
                    Endpoint.of(URI.create("mqtt://127.0.0.1:" + listener.getLocalPort())),
                    "refused",
                    null,
                    Tls.DEFAULT,
                    Duration.ofSeconds(20),
                    Duration.ZERO,
                    10,
                    Duration.ofSeconds(20),
                    null);
            var opened = new HiveMqOpener(options, TimeSource.monotonic())
                    .open(new LinkEvents() {
                        @Override
                        public void arrived(Message message, long sequence, Settling settling) {
                            throw new AssertionError("nothing is sent here");
                        }

                        @Override
                        public void lost(LinkLoss loss) {
                            // Told by the failure too.
                        }
                    })
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS);
            assertThatThrownBy(opened::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(LinkException.class, e -> {
                        assertThat(e.loss().reason()).startsWith("refused with SERVER_BUSY");
                        assertThat(e.loss().suggestedDelayMillis()).isEqualTo(known);
                    });
        }
    }
}
