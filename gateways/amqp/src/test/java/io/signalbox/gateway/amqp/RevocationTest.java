package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.broker.SessionInfo;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.DurabilityMode;
import org.apache.qpid.protonj2.client.ExpiryPolicy;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How connections end: by an operator's word, and by the client's. */
class RevocationTest {
    private static final int TIMEOUT_MILLIS = 5_000;

    /** PLAIN, user and password {@code u}. */
    private static final String SASL_PLAIN = Frames.sasl("00 53 41 c0 0e 02 a3 05 504c41494e a0 04 00750075");

    @TempDir
    Path directory;

    private AmqpFixture server;

    @BeforeEach
    void start() {
        server = new AmqpFixture(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whoIsLetInAndRevokedBeforeHisOpenIsNotIn() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(Frames.bytes(Frames.SASL_HEADER, SASL_PLAIN));
            InputStream in = socket.getInputStream();
            StringBuilder heard = new StringBuilder();
            while (heard.indexOf("005344") < 0) { // until the outcome
                heard.append(HexFormat.of().toHexDigits((byte) in.read()));
            }
            server.gateway.revoke(Set.of("u"));
            socket.getOutputStream().write(Frames.bytes(Frames.AMQP_HEADER, Frames.OPEN));
            in.readAllBytes();
            assertThat(server.gateway.connections()).isEmpty();
        }
    }

    @Test
    void whoSaysGoodbyeIsNotWaitedFor() throws Exception {
        ReceiverOptions durable = new ReceiverOptions().linkName("l");
        durable.sourceOptions().durabilityMode(DurabilityMode.UNSETTLED_STATE).expiryPolicy(ExpiryPolicy.NEVER);
        Connection connection = server.connect("c");
        connection.openReceiver("t", durable).openFuture().get();
        connection.close();
        await().until(() -> state() != SessionInfo.State.ONLINE);
        assertThat(state()).isEqualTo(SessionInfo.State.OFFLINE);
    }

    private SessionInfo.State state() {
        return server.broker.session("amqp:c:l").orElseThrow().state();
    }
}
