package io.signalbox.gateway.mqtt;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.connection.Hall;
import io.signalbox.gateway.mqtt.connection.MqttConnection;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may make the server hold, and what the client itself can take. */
public class LimitsTest {
    private static String userProperties(int count) {
        return ("26" + text("n") + text("v")).repeat(count);
    }

    private static String publish(int userProperties) {
        return packet("30", text("t"), properties(userProperties(userProperties)), "00");
    }

    @Test
    void aPacketOfNothingButUserPropertiesEndsItsConnection() {
        try (WireFixture wire = new WireFixture()) {
            wire.connect5();
            assertThat(wire.send(publish(256))).isEmpty();
            assertThat(wire.send(publish(257))).startsWith("e0").contains("97");
            wire.advanceSeconds(5);
            assertThat(wire.closed()).isTrue();
        }
    }

    /** CONNECT with Maximum Packet Size and Request Response Information (MQTT 5, 3.1.2.11). */
    private static String connect(String clientId, int packetBytesMax) {
        return packet(
                "10",
                "0004 4d515454 05 02 0000",
                properties("27" + String.format("%08x", packetBytesMax), "1901"),
                text(clientId));
    }

    @Test
    void connackIsNoLargerThanTheClientTakes() {
        try (WireFixture wire = new WireFixture()) {
            assertThat(wire.send(connect("c".repeat(40), 40)).length() / 2).isBetween(5, 40);
            assertThat(wire.closed()).isFalse();
        }
        try (WireFixture wire = new WireFixture()) {
            assertThat(wire.send(connect("c", 4))).isEmpty();
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void aSubackThatTheClientCannotTakeEndsTheConnection() {
        try (WireFixture wire = new WireFixture()) {
            wire.send(connect("c", 30));
            // Refused filters are answered without asking the broker.
            String answer = wire.send(packet("82", "0001", "00", (text("a/#/b") + "00").repeat(60)));
            assertThat(answer).startsWith("e0").contains("95");
        }
    }

    @Test
    void aTextThatIsNoPacketLeavesNothingBehind() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        try (WireFixture wire = new WireFixture()) {
            wire.channel.config().setAllocator(allocator);
            wire.connect3();
            // As a TLS handler does it: a record of packets, then one that is none, in a single read.
            ByteBuf pings = Unpooled.copiedBuffer(WireFixture.bytes("c000"));
            wire.channel.pipeline().fireChannelRead(pings);
            assertThat(allocator.metric().usedDirectMemory()).isPositive();
            wire.channel.pipeline().fireExceptionCaught(new DecoderException("not a TLS record"));
            assertThat(wire.closed()).isTrue();
            wire.received();
            assertThat(allocator.metric().usedDirectMemory()).isZero();
        }
    }

    @Test
    void whoWentNeedsNoAnswer() {
        List<CompletableFuture<Principal>> asked = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        Authenticator slow = credentials -> {
            CompletableFuture<Principal> answer = new CompletableFuture<>();
            asked.add(answer);
            addresses.add(credentials.remoteAddress());
            return answer;
        };
        try (WireFixture wire = new WireFixture()) {
            Hall hall = new Hall(
                    MqttConfig.DEFAULT,
                    wire.transport,
                    slow,
                    Authorizer.ALLOW_ALL,
                    () -> 0,
                    new Counters<>(MqttCounter.class));
            var channel = new io.netty.channel.embedded.EmbeddedChannel();
            MqttConnection.install(hall, channel, 10_000);
            channel.writeInbound(Unpooled.copiedBuffer(WireFixture.bytes(WireFixture.CONNECT_5)));
            assertThat(asked).hasSize(1);
            channel.close();
            assertThat(asked.getFirst()).isCancelled();
        }
    }

    @Test
    void aClientsHalfPacketsTakeNoRoomFromThoseWhoConnect() {
        try (WireFixture wire = new WireFixture()) {
            byte[] half = new byte[900_000]; // of a PUBLISH of 1,000,000
            System.arraycopy(WireFixture.bytes("30 c0843d 0001 61 00"), 0, half, 0, 8);
            for (int i = 0; i < 60; i++) { // 54 MB; strangers may hold 32
                wire.open();
                wire.send(packet("10", "0004 4d515454 05 02 0000 00", text("c" + i)));
                wire.send(half);
                assertThat(wire.closed()).isFalse();
            }
            wire.open();
            byte[] connect = WireFixture.bytes(packet("10", "0004 4d515454 05 02 0000 00", text("new")));
            wire.send(Arrays.copyOf(connect, 10));
            assertThat(wire.send(Arrays.copyOfRange(connect, 10, connect.length)))
                    .startsWith("20")
                    .contains("0000");
        }
    }

    @Test
    void aFaultOfTheAuthenticatorLeavesNothingCharged() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Authenticator faulty = credentials -> {
            if (broken.get()) {
                throw new IllegalStateException("broken");
            }
            return GatewayFixture.EVERYBODY.authenticate(credentials);
        };
        try (WireFixture wire = new WireFixture()) {
            Hall hall = new Hall(
                    MqttConfig.builder().strangersBytesMax(1_000).build(),
                    wire.transport,
                    faulty,
                    Authorizer.ALLOW_ALL,
                    () -> 0,
                    new Counters<>(MqttCounter.class));
            for (int i = 0; i < 101; i++) {
                broken.set(i < 100);
                wire.channel = new EmbeddedChannel();
                MqttConnection.install(hall, wire.channel, 10_000);
                wire.channel.writeInbound(Unpooled.copiedBuffer(WireFixture.bytes(WireFixture.CONNECT_5)));
            }
            assertThat(wire.received()).startsWith("20").contains("0000");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusalsThatWaitForASlowPublishAreBounded(boolean five) {
        MqttConfig config = MqttConfig.builder().receiveMaximum(10).build();
        try (WireFixture wire = new WireFixture(config, new NothingSecret())) {
            String none = five ? "00" : "";
            wire.send(five ? WireFixture.CONNECT_5 : WireFixture.CONNECT_3);
            wire.transport.answering = false;
            wire.send(packet("32", text("a"), "0001", none));
            for (int i = 2; i < 100; i++) {
                wire.send(packet("32", text("secret"), String.format("%04x", i), none));
            }
            assertThat(wire.counters.value(MqttCounter.PUBLISH_NOT_AUTHORIZED)).isEqualTo(10);
            assertThat(wire.channel.config().isAutoRead()).isFalse();
            wire.session().unanswered.forEach(Runnable::run);
            assertThat(wire.received()).startsWith("40020001" + "40").contains("000a");
            assertThat(wire.counters.value(MqttCounter.PUBLISH_NOT_AUTHORIZED))
                    .as("read on, and answered at once")
                    .isEqualTo(98);
            assertThat(wire.channel.config().isAutoRead()).isTrue();
        }
    }

    /** Nobody may publish to {@code secret}. */
    private static final class NothingSecret implements Authorizer {
        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return !topic.text().equals("secret");
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return 0;
        }
    }

    @Test
    void theTopicsOfAClientsAliasesAreBoundedInBytes() {
        try (WireFixture wire = new WireFixture()) {
            wire.connect5();
            String answer = "";
            int bound = 0;
            while (answer.isEmpty() && bound < 128) {
                bound++;
                answer = wire.send(packet(
                        "30", text("t".repeat(60_000) + bound), properties("23" + String.format("%04x", bound))));
            }
            assertThat(answer).startsWith("e0").contains("97");
            assertThat(bound).isEqualTo(5);
            // The same one again and again is one.
            wire.open();
            wire.connect5();
            for (int i = 0; i < 20; i++) {
                wire.send(packet("30", text("t".repeat(60_000) + i), properties("23 0001")));
            }
            assertThat(wire.closed()).isFalse();
        }
    }

    @Test
    void reasonsAreLeftOutWhereTheyDoNotFit() {
        try (WireFixture wire = new WireFixture(MqttConfig.DEFAULT, new NothingSecret())) {
            wire.send(connect("c", 20));
            assertThat(wire.send(packet("32", text("secret"), "0001", "00"))).isEqualTo("4003000187");
            assertThat(wire.send(packet("34", text("secret"), "0002", "00"))).isEqualTo("5003000287");
            assertThat(wire.send(packet("62", "0003"))).isEqualTo("7003000392");
            assertThat(wire.send(packet("82", "0004", "00", text("#a"), "00"))).isEqualTo("90040004008f");
            assertThat(wire.send(packet("a2", "0005", "00", text("#a")))).isEqualTo("b0040005008f");
            assertThat(wire.send("c001 00")).isEqualTo("e00181");
        }
        try (WireFixture wire = new WireFixture(MqttConfig.DEFAULT, new NothingSecret())) {
            wire.send(connect("c", 1_000));
            assertThat(wire.send(packet("32", text("secret"), "0001", "00")))
                    .as("and told where they do")
                    .hasSizeGreaterThan(20);
        }
    }
}
