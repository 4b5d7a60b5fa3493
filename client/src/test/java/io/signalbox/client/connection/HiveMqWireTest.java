package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire by the library, in bytes. */
class HiveMqWireTest {
    private static final String CONNACK = "20 03 00 00 00";

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final List<LinkLoss> losses = new CopyOnWriteArrayList<>();
    private ServerSocket listener;
    private final AtomicReference<@Nullable Socket> client = new AtomicReference<>();

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        accepted().close();
    }

    private void serve() {
        try {
            Socket socket = listener.accept();
            client.set(socket);
            InputStream in = socket.getInputStream();
            byte[] some = new byte[1_024];
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                boolean first = received.size() == 0;
                received.write(some, 0, count);
                if (first) {
                    send(CONNACK);
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private Socket accepted() {
        return Objects.requireNonNull(client.get(), "nobody has come");
    }

    private void send(String hex) throws IOException {
        OutputStream out = accepted().getOutputStream();
        out.write(HexFormat.of().parseHex(hex.replace(" ", "")));
        out.flush();
    }

    private String seen() {
        return HexFormat.of().formatHex(received.toByteArray());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String publish(int packetId, String topic, String properties) throws IOException {
        byte[] props = HexFormat.of().parseHex(properties);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(bytes);
        int length = 2 + topic.length() + 2 + 1 + props.length;
        packet.writeByte(0x32); // QoS 1
        if (length > 0x7F) {
            packet.writeByte(length & 0x7F | 0x80);
        }
        packet.writeByte(length > 0x7F ? length >> 7 : length);
        packet.writeShort(topic.length());
        packet.write(topic.getBytes(StandardCharsets.US_ASCII));
        packet.writeShort(packetId);
        packet.writeByte(props.length);
        packet.write(props);
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private Link open() {
        LinkOptions options = new LinkOptions(
                Endpoint.of(URI.create("mqtt://127.0.0.1:" + listener.getLocalPort())),
                "wire",
                null,
                Tls.DEFAULT,
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                10,
                Duration.ofSeconds(20),
                null);
        return new HiveMqOpener(options, TimeSource.monotonic())
                .open(new LinkEvents() {
                    @Override
                    public void arrived(Message message, long sequence, Settling settling) {
                        arrived.add(message.topic() + " " + sequence + " "
                                + message.properties().headers());
                        settling.accept();
                    }

                    @Override
                    public void lost(LinkLoss loss) {
                        losses.add(loss);
                    }
                })
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void theServerIsAskedForSequencesAndTheFirstItSaysIsHis() throws IOException {
        Link unused = open();
        assertThat(seen()).contains("26 000b".replace(" ", "") + hex("sb-sequence") + "0001" + hex("1"));
        String his = "26000b" + hex("sb-sequence") + "0001" + hex("7");
        String publishers = "26000b" + hex("sb-sequence") + "0001" + hex("9");
        send(publish(1, "a", his + publishers));
        await().until(() -> arrived.size() == 1);
        assertThat(arrived.getFirst()).startsWith("a 7 ").doesNotContain("sb-sequence");
    }

    @Test
    void whatCannotBeTakenIsRefusedAndWhatFollowsComes() throws IOException {
        Link unused = open();
        send(publish(1, "a" + "/a".repeat(199), ""));
        send(publish(2, "b", ""));
        await().until(() -> arrived.size() == 1);
        assertThat(arrived.getFirst()).startsWith("b ");
        await().untilAsserted(() -> assertThat(seen())
                .as("PUBACK of 1: payload format invalid")
                .containsPattern("40[0-9a-f]{2}000199")
                .contains("40020002"));
        assertThat(losses).isEmpty();
    }

    @Test
    void aGoodbyeSaysWhetherTheWillIsToBePublishedAndTheSessionForgotten() {
        Link link = open();
        var unused = link.disconnect(new Goodbye(true, true));
        await().untilAsserted(() -> assertThat(seen()).endsWith("e0 07 04 05 11 00000000".replace(" ", "")));
    }

    @Test
    void aPlainGoodbyeIsPlain() {
        Link link = open();
        var unused = link.disconnect(new Goodbye(false, false));
        await().untilAsserted(() -> assertThat(seen()).endsWith("e000"));
    }
}
