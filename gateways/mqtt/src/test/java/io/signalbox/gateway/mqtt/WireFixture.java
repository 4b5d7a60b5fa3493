package io.signalbox.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.connection.Hall;
import io.signalbox.gateway.mqtt.connection.MqttConnection;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** One connection without a network: bytes in, bytes out, as hexadecimal text. Blanks and parts are for the reader. */
public final class WireFixture implements AutoCloseable {
    /** CONNECT, MQTT 3.1.1, clean session, keep alive 0, client id {@code c}. */
    public static final String CONNECT_3 = "10 0d 0004 4d515454 04 02 0000 0001 63";

    /** CONNECT, MQTT 5, clean start, keep alive 0, no properties, client id {@code c}. */
    public static final String CONNECT_5 = "10 0e 0004 4d515454 05 02 0000 00 0001 63";

    public static final String CONNACK_3 = "20020000";

    public final FakeTransport transport = new FakeTransport();
    public final Counters<MqttCounter> counters = new Counters<>(MqttCounter.class);
    public final Hall hall;
    public long nowMillis = 1_000_000;
    public EmbeddedChannel channel;

    public WireFixture() {
        this(MqttConfig.DEFAULT, Authorizer.ALLOW_ALL);
    }

    public WireFixture(MqttConfig config, Authorizer authorizer) {
        hall = new Hall(config, transport, GatewayFixture.EVERYBODY, authorizer, () -> nowMillis, counters);
        channel = open();
    }

    /** Another connection to the same gateway. */
    public EmbeddedChannel open() {
        channel = new EmbeddedChannel();
        MqttConnection.install(hall, channel, 10_000);
        return channel;
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** Sends, and returns all that came back. */
    public String send(String... hex) {
        return send(bytes(String.join("", hex)));
    }

    public String send(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        return received();
    }

    public String received() {
        channel.runPendingTasks();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        return HexFormat.of().formatHex(all.toByteArray());
    }

    public WireFixture connect3() {
        send(CONNECT_3);
        return this;
    }

    public WireFixture connect5() {
        send(CONNECT_5);
        return this;
    }

    public FakeTransport.FakeSession session() {
        return transport.sessions.getLast();
    }

    public boolean open(EmbeddedChannel which) {
        return which.isOpen();
    }

    public boolean closed() {
        channel.runPendingTasks();
        return !channel.isOpen();
    }

    /** As time goes by: every timer runs when it is due. */
    public void advanceSeconds(long seconds) {
        for (long second = 0; second < seconds; second++) {
            standStillSeconds(1);
        }
    }

    /** The loop wakes up so much later, and finds its timers late. */
    public void standStillSeconds(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** A text with its length. */
    public static String text(String value) {
        byte[] utf8 = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return HexFormat.of().toHexDigits((short) utf8.length) + HexFormat.of().formatHex(utf8);
    }

    /** A packet of that first byte, with its Remaining Length. */
    public static String packet(String header, String... body) {
        String joined = String.join("", body).replace(" ", "");
        return header + varint(joined.length() / 2) + joined;
    }

    /** A property list with its length. */
    public static String properties(String... parts) {
        String joined = String.join("", parts).replace(" ", "");
        return varint(joined.length() / 2) + joined;
    }

    public static String varint(int value) {
        StringBuilder hex = new StringBuilder();
        int rest = value;
        do {
            hex.append(HexFormat.of().toHexDigits((byte) (rest & 0x7F | (rest > 0x7F ? 0x80 : 0))));
            rest >>>= 7;
        } while (rest > 0);
        return hex.toString();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
