package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.signalbox.client.connection.LinkOptions;
import io.signalbox.client.connection.Login;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one CONNECT asks for.
 *
 * @param cleanStart forget what an earlier session of that client id left
 * @param bounds null: those of the server
 */
public record ConnectRequest(
        LinkOptions options, boolean cleanStart, @Nullable QueueBounds bounds) {
    /** Of one packet that is received; the server gives larger ones to the dead letters. */
    static final int PACKET_BYTES_MAX = 64 << 20;

    private static final long EXPIRY_SECONDS_MAX = 0xFFFF_FFFEL;
    private static final int NEVER = 0xFFFF_FFFF;

    MqttConnectMessage packet() {
        ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId(options.clientId())
                .cleanSession(cleanStart)
                .keepAlive(Math.toIntExact(options.keepAlive().toSeconds()))
                .properties(properties());
        Login login = options.login();
        if (login != null) {
            connect = connect.username(login.user()).password(login.password());
        }
        return connect.build();
    }

    private MqttProperties properties() {
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(Properties.SESSION_EXPIRY, seconds(options.sessionExpiry())));
        properties.add(new IntegerProperty(Properties.RECEIVE_MAXIMUM, options.credit()));
        properties.add(new IntegerProperty(Properties.MAXIMUM_PACKET_SIZE, PACKET_BYTES_MAX));
        Properties.addUser(properties, TransportNames.TRANSPORT, TransportNames.VERSION);
        if (bounds != null) {
            Properties.addUser(properties, TransportNames.QUEUE_MESSAGES_MAX, Integer.toString(bounds.messagesMax()));
            Properties.addUser(properties, TransportNames.QUEUE_BYTES_MAX, Long.toString(bounds.bytesMax()));
            Properties.addUser(
                    properties, TransportNames.OVERFLOW, bounds.deadLetter() ? "dead-letter" : "drop-oldest");
        }
        return properties;
    }

    /** Rounded up: MQTT counts in seconds (MQTT 5, 3.1.2.11.2). */
    static int seconds(Duration expiry) {
        if (expiry.equals(SessionOptions.NEVER)) {
            return NEVER;
        }
        long seconds = expiry.toSeconds() + (expiry.toNanosPart() > 0 ? 1 : 0);
        return (int) Math.min(seconds, EXPIRY_SECONDS_MAX);
    }
}
