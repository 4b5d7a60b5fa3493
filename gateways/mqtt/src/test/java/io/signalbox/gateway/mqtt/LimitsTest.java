package io.signalbox.gateway.mqtt;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.connection.Hall;
import io.signalbox.gateway.mqtt.connection.MqttConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client may make the server hold, and what the client itself can take. */
class LimitsTest {
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
}
