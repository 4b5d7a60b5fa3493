package io.signalbox.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that connect and then do not behave, on a real network. More of them:
 * {@code -Dsignalbox.strangers=8000}, which needs twice as many file descriptors.
 */
class StrangersTest {
    private static final int STRANGERS = Integer.getInteger("signalbox.strangers", 300);

    @TempDir
    Path directory;

    private GatewayFixture server(int connectTimeoutMillis) {
        return new GatewayFixture(
                directory,
                MqttConfig.builder()
                        .limits(ListenerLimits.DEFAULT.withConnectTimeoutMillis(connectTimeoutMillis))
                        .build(),
                GatewayFixture.EVERYBODY,
                Authorizer.ALLOW_ALL,
                TimeSource.monotonic());
    }

    private static long open(GatewayFixture server) {
        return count(server, ListenerCounter.OPEN);
    }

    private static long count(GatewayFixture server, ListenerCounter counter) {
        return java.util.Objects.requireNonNull(server.gateway.listenerCounters())
                .value(counter);
    }

    private static Socket connect(GatewayFixture server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static Socket client(GatewayFixture server) throws IOException {
        Socket socket = connect(server);
        socket.getOutputStream().write(WireFixture.bytes(WireFixture.CONNECT_3));
        assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(WireFixture.bytes(WireFixture.CONNACK_3));
        return socket;
    }

    @Test
    void whoNeverFinishesItsConnectIsRemoved() throws Exception {
        try (GatewayFixture server = server(500);
                Socket neighbour = client311(server, "neighbour")) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                Socket socket = connect(server);
                // silence, a first byte, half a CONNECT, or one of 256 MB announced
                String[] beginnings = {"", "10", "10 0d 0004 4d51", "10 ffffff7f"};
                socket.getOutputStream().write(WireFixture.bytes(beginnings[i % beginnings.length]));
                sockets.add(socket);
            }
            // The neighbour is alone before the first of them is accepted, too.
            await().until(() -> count(server, ListenerCounter.ACCEPTED) == 1 + STRANGERS && open(server) == 1);
            neighbour.getOutputStream().write(WireFixture.bytes("c000"));
            assertThat(neighbour.getInputStream().readNBytes(2)).isEqualTo(WireFixture.bytes("d000"));
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void whoAsksForEverAndReadsNothingIsNoLongerRead() throws Exception {
        try (GatewayFixture server = server(10_000);
                Socket deaf = client(server);
                Socket neighbour = client311(server, "neighbour")) {
            byte[] pings = new byte[64 << 10];
            for (int i = 0; i < pings.length; i += 2) {
                pings[i] = (byte) 0xC0;
            }
            // As many bytes as the kernel's buffers and the gateway's bound take; then the gateway stops reading.
            Thread asking = Thread.ofPlatform().daemon().start(() -> {
                try {
                    OutputStream out = deaf.getOutputStream();
                    while (true) {
                        out.write(pings);
                    }
                } catch (IOException closed) {
                    // the end of the test
                }
            });
            await().until(() -> {
                long before = server.gateway.counters().value(MqttCounter.BYTES_IN);
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
                return before > 0 && server.gateway.counters().value(MqttCounter.BYTES_IN) == before;
            });
            neighbour.getOutputStream().write(WireFixture.bytes("c000"));
            assertThat(neighbour.getInputStream().readNBytes(2)).isEqualTo(WireFixture.bytes("d000"));
            deaf.close();
            asking.join(5_000);
        }
    }

    @Test
    void aSubscriberThatNeverReadsHoldsUpNobody() throws Exception {
        try (GatewayFixture server = server(10_000);
                Socket deaf = client311(server, "deaf");
                Socket reader = client311(server, "reader");
                Socket publisher = client311(server, "publisher")) {
            for (Socket each : List.of(deaf, reader)) {
                each.getOutputStream()
                        .write(WireFixture.bytes(WireFixture.packet("82", "0001", WireFixture.text("t"), "00")));
                assertThat(each.getInputStream().readNBytes(5)).isEqualTo(WireFixture.bytes("9003000100"));
            }
            byte[] packet = WireFixture.bytes(WireFixture.packet("30", WireFixture.text("t"), "00".repeat(10_000)));
            byte[] expected = packet.clone();
            int messages = 3_000; // 30 MB
            Thread publishing = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        publisher.getOutputStream().write(packet);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            int got = 0;
            byte[] next = new byte[expected.length];
            int filled = 0;
            reader.setSoTimeout(2_000);
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (got < messages) {
                // A silence while the publisher still has something to say is the machine's.
                boolean goesOn = publishing.isAlive() && System.nanoTime() < end;
                try {
                    int read = reader.getInputStream().read(next, filled, next.length - filled);
                    assertThat(read).as("bytes, behind " + got + " messages").isPositive();
                    filled += read;
                } catch (SocketTimeoutException silence) {
                    if (goesOn) {
                        continue;
                    }
                    break; // a QoS 0 subscriber may lose what came while it was slow itself
                }
                if (filled == next.length) {
                    assertThat(Arrays.equals(next, expected)).isTrue();
                    got++;
                    filled = 0;
                }
            }
            publishing.join(5_000);
            assertThat(got).isGreaterThan(messages / 10);
            assertThat(server.gateway.counters().value(MqttCounter.INTERNAL_ERRORS))
                    .isZero();
        }
    }

    private static Socket client311(GatewayFixture server, String id) throws IOException {
        Socket socket = connect(server);
        socket.getOutputStream()
                .write(WireFixture.bytes(WireFixture.packet("10", "0004 4d515454 04 02 0000", WireFixture.text(id))));
        assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(WireFixture.bytes(WireFixture.CONNACK_3));
        return socket;
    }

    @Test
    void whoGoesWhileItsPasswordIsCheckedIsNoticed() throws Exception {
        List<CompletableFuture<Principal>> asked = new CopyOnWriteArrayList<>();
        Authenticator slow = credentials -> {
            CompletableFuture<Principal> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
        };
        try (GatewayFixture server =
                new GatewayFixture(directory, MqttConfig.DEFAULT, slow, Authorizer.ALLOW_ALL, TimeSource.monotonic())) {
            for (boolean reset : new boolean[] {false, true}) {
                try (Socket socket = connect(server)) {
                    socket.getOutputStream().write(WireFixture.bytes(WireFixture.CONNECT_3));
                    await().until(() -> asked.size() == (reset ? 2 : 1));
                    if (reset) {
                        socket.setSoLinger(true, 0);
                    }
                }
                await().until(() -> open(server) == 0);
            }
            // A connection is counted as closed before its handlers hear of it.
            await().untilAsserted(() -> assertThat(asked).allMatch(CompletableFuture::isCancelled));
        }
    }

    @Test
    void whoComesTooFastIsRefusedAndNobodyElseNotices() throws Exception {
        MqttConfig config = MqttConfig.builder()
                .limits(ListenerLimits.DEFAULT.withConnectRatePerSecond(1))
                .build();
        try (GatewayFixture server = new GatewayFixture(
                        directory, config, GatewayFixture.EVERYBODY, Authorizer.ALLOW_ALL, TimeSource.monotonic());
                Socket neighbour = client311(server, "neighbour")) {
            int refused = 0;
            for (int i = 0; i < 200; i++) {
                try (Socket socket = connect(server)) {
                    socket.getOutputStream().write(WireFixture.bytes(WireFixture.CONNECT_3));
                    if (socket.getInputStream().read() < 0) {
                        refused++;
                    }
                } catch (IOException reset) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            assertThat(count(server, ListenerCounter.REFUSED_RATE)).isEqualTo(refused);
            neighbour.getOutputStream().write(WireFixture.bytes("c000"));
            assertThat(neighbour.getInputStream().readNBytes(2)).isEqualTo(WireFixture.bytes("d000"));
            await().until(() -> open(server) == 1);
        }
    }
}
