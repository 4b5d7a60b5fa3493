package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.Frames.AMQP_HEADER;
import static io.signalbox.gateway.amqp.Frames.ATTACH_SENDER;
import static io.signalbox.gateway.amqp.Frames.BEGIN;
import static io.signalbox.gateway.amqp.Frames.CLOSE;
import static io.signalbox.gateway.amqp.Frames.OPEN;
import static io.signalbox.gateway.amqp.Frames.SASL_ANONYMOUS;
import static io.signalbox.gateway.amqp.Frames.SASL_HEADER;
import static io.signalbox.gateway.amqp.Frames.amqp;
import static io.signalbox.gateway.amqp.Frames.bytes;
import static io.signalbox.gateway.amqp.Frames.frame;
import static io.signalbox.gateway.amqp.Frames.sasl;
import static io.signalbox.gateway.amqp.Frames.transfer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import io.signalbox.gateway.listener.ListenerLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.Sender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no client should send. It ends its own connection, and disturbs nobody else's. */
class StrangersTest {
    @TempDir
    Path directory;

    private AmqpFixture server;
    private Receiver receiver;
    private Sender sender;

    @BeforeEach
    void start() throws Exception {
        AmqpConfig config = AmqpConfig.DEFAULT
                .withListener(ListenerLimits.DEFAULT.withConnectTimeoutMillis(1_500))
                .withLimits(new AmqpLimits(4_096, 8_192, 16_384, 4, 8, 10, 10));
        server = new AmqpFixture(directory, config, Authorizer.ALLOW_ALL);
        Connection neighbour = server.connect("neighbour");
        receiver = neighbour.openReceiver("neighbours");
        receiver.openFuture().get();
        sender = neighbour.openSender("neighbours");
    }

    @AfterEach
    void theNeighbourIsServedAsBefore() throws Exception {
        try {
            sender.send(Message.create("still here")).awaitAccepted(30, TimeUnit.SECONDS);
            assertThat(receiver.receive(30, TimeUnit.SECONDS).message().body()).isEqualTo("still here");
            await().until(() -> server.gateway.connections().size() == 1);
            assertThat(server.count(AmqpCounter.INTERNAL_ERRORS)).isZero();
        } finally {
            server.close();
        }
    }

    /** Sends it, and returns all that came until the server closed the connection. */
    private String answer(String... hex) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(bytes(hex));
            return HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
        }
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whoSpeaksAnotherProtocolIsClosed() throws Exception {
        assertThat(answer(ascii("GET / HTTP/1.1\r\n\r\n"))).isEmpty();
        // AMQP 0-9-1, and TLS within AMQP: told what is spoken here
        assertThat(answer("414d5150 00 000901")).isEqualTo("414d515003010000");
        assertThat(answer("414d5150 02 010000")).isEqualTo("414d515003010000");
    }

    @Test
    void aFrameThatAnnouncesTwoGigabytesIsNotWaitedFor() throws Exception {
        assertThat(answer(SASL_HEADER, "7fffffff 02 01 0000")).startsWith("414d515003010000");
        assertThat(answer(AMQP_HEADER, OPEN, "7fffffff 02 00 0000")).contains(ascii("amqp:connection:framing-error"));
        assertThat(answer(AMQP_HEADER, OPEN, "ffffffff 02 00 0000")).contains(ascii("framing-error"));
        assertThat(answer(AMQP_HEADER, OPEN, "00000007 02 00 00")).contains(ascii("framing-error"));
    }

    @Test
    void aFrameWhoseBodyBeginsOutsideOfItIsRefused() throws Exception {
        assertThat(answer(AMQP_HEADER, OPEN, "00000008 03 00 0000")).contains(ascii("framing-error"));
        assertThat(answer(AMQP_HEADER, OPEN, "00000008 01 00 0000")).contains(ascii("framing-error"));
        assertThat(answer(AMQP_HEADER, OPEN, frame(7, 0, "00 53 18 45"))).contains(ascii("framing-error"));
    }

    @Test
    void listsNestedTenThousandTimesOverflowNoStack() throws Exception {
        // an open whose properties nest as deep as a frame has room for, then one that is nothing but constructors
        StringBuilder nested = new StringBuilder("40");
        for (int i = 0; i < 400; i++) {
            int size = nested.length() / 2 + 4;
            nested.insert(0, "d0" + HexFormat.of().toHexDigits(size) + "00000001");
        }
        String properties = "d1" + HexFormat.of().toHexDigits(nested.length() / 2 + 7) + "00000002 a30178" + nested;
        String fields = "a10163" + "40".repeat(8) + properties.replace(" ", "");
        String open = "00 53 10 d0" + HexFormat.of().toHexDigits(fields.length() / 2 + 4) + "0000000a" + fields;
        assertThat(answer(AMQP_HEADER, amqp(0, open))).contains(ascii("nested deeper than 32"));
        assertThat(answer(AMQP_HEADER, amqp(0, "00".repeat(4_000)))).contains(ascii("amqp:decode-error"));
    }

    @Test
    void countsThatAreNotThereAreNotAllocated() throws Exception {
        // desired capabilities: an array of two thousand million nulls, then a list of as many
        for (String bomb :
                new String[] {"f0 00000005 7fffffff 40", "d0 00000004 7fffffff", "f0 00000005 7fffffff 45"}) {
            String fields = "a10163" + "40".repeat(7) + bomb.replace(" ", "");
            String open = "00 53 10 d0" + HexFormat.of().toHexDigits(fields.length() / 2 + 4) + "00000009" + fields;
            assertThat(answer(AMQP_HEADER, amqp(0, open))).contains(ascii("amqp:decode-error"));
        }
    }

    @Test
    void describedTypesThatNobodyKnowsAreRefused() throws Exception {
        String fields = "a10163" + "40".repeat(8) + "d1 00000012 00000002 a30178 00 80 0123456789abcdef 40";
        String joined = fields.replace(" ", "");
        String open = "00 53 10 d0" + HexFormat.of().toHexDigits(joined.length() / 2 + 4) + "0000000a" + joined;
        assertThat(answer(AMQP_HEADER, amqp(0, open))).contains(ascii("amqp:"));
    }

    @Test
    void saslThatIsNoSasl() throws Exception {
        String mechanisms = answer(SASL_HEADER, sasl("00 53 41 45")); // init without mechanism
        assertThat(mechanisms).startsWith("414d515003010000").contains(ascii("PLAIN"));
        answer(SASL_HEADER, sasl("00 53 43 c0 04 01 a0 01 00")); // a response that nobody asked for
        answer(SASL_HEADER, sasl("00 53 44 c0 03 01 50 00")); // the server's own outcome
        answer(SASL_HEADER, OPEN); // no SASL at all
        answer(SASL_HEADER, "00001fff 02 01 0000"); // more than a stranger may send
        answer(SASL_HEADER, sasl("00 53 41 c0 07 01 a3 04 4e4f4e45")); // a mechanism that is not offered
        answer(SASL_HEADER, sasl("00 53 41 c0 0b 02 a3 05 504c41494e a0 01 00")); // PLAIN of one part
        answer(SASL_HEADER, SASL_ANONYMOUS, SASL_HEADER); // SASL again
        assertThat(server.count(AmqpCounter.SASL_FAILED)).isEqualTo(1);
    }

    @Test
    void saslThatNeverEndsIsClosedWhenItsTimeIsUp() throws Exception {
        assertThat(answer("41")).isEmpty();
        assertThat(answer(SASL_HEADER)).contains(ascii("PLAIN"));
        assertThat(answer(SASL_HEADER, "0000001f 02 01")).contains(ascii("PLAIN"));
        answer(SASL_HEADER, SASL_ANONYMOUS); // let in, and then nothing
        answer(AMQP_HEADER); // no open
        assertThat(server.count(AmqpCounter.ENDED_CONNECT_TIMEOUT)).isEqualTo(5);
    }

    @Test
    void moreMessagesThanCreditDetachTheLink() throws Exception {
        StringBuilder flood = new StringBuilder();
        for (int i = 0; i < 11; i++) {
            flood.append(transfer(i)); // in one piece: credit comes back with the answers, which come later
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(bytes(AMQP_HEADER, OPEN, BEGIN, ATTACH_SENDER));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("005313") < 0) { // until there is credit
                answer.append(HexFormat.of()
                        .toHexDigits((byte) socket.getInputStream().read()));
            }
            socket.getOutputStream().write(bytes(flood.toString(), CLOSE));
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .contains(ascii("amqp:link:transfer-limit-exceeded"));
        }
    }

    @Test
    void aTransferBeforeItsLinkIsAttachedEndsTheConnection() throws Exception {
        assertThat(answer(AMQP_HEADER, OPEN, BEGIN, ATTACH_SENDER, transfer(0))).contains(ascii("amqp:not-allowed"));
    }

    @Test
    void whatIsNotAllowedNowEndsTheConnection() throws Exception {
        assertThat(answer(AMQP_HEADER, OPEN, transfer(0))).contains(ascii("amqp:"));
        assertThat(answer(AMQP_HEADER, OPEN, OPEN)).contains(ascii("amqp:"));
        assertThat(answer(AMQP_HEADER, OPEN, BEGIN, BEGIN)).contains(ascii("amqp:"));
        assertThat(answer(AMQP_HEADER, OPEN, BEGIN, ATTACH_SENDER, ATTACH_SENDER, CLOSE))
                .contains(ascii("amqp:"));
        answer(AMQP_HEADER, BEGIN); // before its open
    }

    @Test
    void moreSessionsOrHandlesThanTheLimitEndTheConnection() throws Exception {
        assertThat(answer(AMQP_HEADER, OPEN, BEGIN.replaceFirst("02000000", "02000004")))
                .contains(ascii("amqp:connection:framing-error"));
    }
}
