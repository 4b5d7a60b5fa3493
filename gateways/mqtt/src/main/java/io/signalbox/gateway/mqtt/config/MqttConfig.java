package io.signalbox.gateway.mqtt.config;

import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import io.signalbox.transport.OverflowPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Everything about MQTT that an operator may choose.
 *
 * @param port 0: any free one
 * @param tls null: plain TCP
 * @param packetBytesMax largest packet from a client, header included
 * @param connectBytesMax the same for CONNECT, which strangers may send
 * @param keepAliveMaxSeconds a client that asks for more (or for none) gets this; 0: clients decide. MQTT 3.1.1 has no
 *     way to tell the client, so it is not applied there
 * @param receiveMaximum publishes of one client that may wait for their acknowledgement, 1 to 65,535
 * @param outstandingBytesMax bytes of one client's unacknowledged publishes beyond which nothing more is read
 * @param topicAliasMax aliases that a client may bind
 * @param subscriptionsPerPacketMax filters in one SUBSCRIBE or UNSUBSCRIBE
 * @param sessionExpiryMaxSeconds longest life of a session without connection; {@link #NEVER}: no limit. MQTT 3.1.1
 *     clients without clean session get this
 * @param anonymous let in clients that show no user name
 * @param strangersBytesMax held in memory for incomplete packets of all clients before their CONNECT is through
 * @param retryAfterMillis when clients that are sent away for a while are told to come back; 0: they are not told
 */
public record MqttConfig(
        String host,
        int port,
        @Nullable TlsConfig tls,
        ListenerLimits limits,
        int packetBytesMax,
        int connectBytesMax,
        int keepAliveMaxSeconds,
        int receiveMaximum,
        long outstandingBytesMax,
        int topicAliasMax,
        int subscriptionsPerPacketMax,
        long sessionExpiryMaxSeconds,
        boolean anonymous,
        int queueMessagesMax,
        long queueBytesMax,
        OverflowPolicy overflow,
        long strangersBytesMax,
        long retryAfterMillis) {

    /** As Session Expiry Interval: the session does not expire (MQTT 5, 3.1.2.11.2). */
    public static final long NEVER = 0xFFFF_FFFFL;

    public static final MqttConfig DEFAULT = new MqttConfig(
            "127.0.0.1",
            1_883,
            null,
            ListenerLimits.DEFAULT,
            1 << 20,
            128 << 10,
            0,
            1_024,
            16L << 20,
            128,
            1_024,
            NEVER,
            true,
            10_000,
            256L << 20,
            OverflowPolicy.DROP_OLDEST,
            32L << 20,
            2_000);

    public MqttConfig {
        range("port", port, 0, 65_535);
        range("packet-bytes-max", packetBytesMax, 128, 268_435_460);
        range("connect-bytes-max", connectBytesMax, 128, 268_435_460);
        range("keep-alive-max", keepAliveMaxSeconds, 0, 65_535);
        range("receive-maximum", receiveMaximum, 1, 65_535);
        range("outstanding-bytes-max", outstandingBytesMax, 1, Long.MAX_VALUE);
        range("topic-alias-max", topicAliasMax, 0, 65_535);
        range("subscriptions-per-packet-max", subscriptionsPerPacketMax, 1, 65_535);
        range("session-expiry-max", sessionExpiryMaxSeconds, 0, NEVER);
        range("queue-messages-max", queueMessagesMax, 1, Integer.MAX_VALUE);
        range("queue-bytes-max", queueBytesMax, 1, Long.MAX_VALUE);
        range("strangers-bytes-max", strangersBytesMax, 1, Long.MAX_VALUE);
        range("retry-after", retryAfterMillis, 0, 150_000);
    }

    private static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "mqtt." + name + " is " + value + "; it must be between " + min + " and " + max);
        }
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    public static Builder builder() {
        return DEFAULT.toBuilder();
    }

    /** Changes some of it. */
    public static final class Builder {
        private String host;
        private int port;
        private @Nullable TlsConfig tls;
        private ListenerLimits limits;
        private int packetBytesMax;
        private int connectBytesMax;
        private int keepAliveMaxSeconds;
        private int receiveMaximum;
        private long outstandingBytesMax;
        private int topicAliasMax;
        private int subscriptionsPerPacketMax;
        private long sessionExpiryMaxSeconds;
        private boolean anonymous;
        private int queueMessagesMax;
        private long queueBytesMax;
        private OverflowPolicy overflow;
        private long strangersBytesMax;
        private long retryAfterMillis;

        private Builder(MqttConfig c) {
            host = c.host;
            port = c.port;
            tls = c.tls;
            limits = c.limits;
            packetBytesMax = c.packetBytesMax;
            connectBytesMax = c.connectBytesMax;
            keepAliveMaxSeconds = c.keepAliveMaxSeconds;
            receiveMaximum = c.receiveMaximum;
            outstandingBytesMax = c.outstandingBytesMax;
            topicAliasMax = c.topicAliasMax;
            subscriptionsPerPacketMax = c.subscriptionsPerPacketMax;
            sessionExpiryMaxSeconds = c.sessionExpiryMaxSeconds;
            anonymous = c.anonymous;
            queueMessagesMax = c.queueMessagesMax;
            queueBytesMax = c.queueBytesMax;
            overflow = c.overflow;
            strangersBytesMax = c.strangersBytesMax;
            retryAfterMillis = c.retryAfterMillis;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder tls(@Nullable TlsConfig value) {
            tls = value;
            return this;
        }

        public Builder limits(ListenerLimits value) {
            limits = value;
            return this;
        }

        public Builder packetBytesMax(int value) {
            packetBytesMax = value;
            return this;
        }

        public Builder connectBytesMax(int value) {
            connectBytesMax = value;
            return this;
        }

        public Builder keepAliveMaxSeconds(int value) {
            keepAliveMaxSeconds = value;
            return this;
        }

        public Builder receiveMaximum(int value) {
            receiveMaximum = value;
            return this;
        }

        public Builder outstandingBytesMax(long value) {
            outstandingBytesMax = value;
            return this;
        }

        public Builder topicAliasMax(int value) {
            topicAliasMax = value;
            return this;
        }

        public Builder subscriptionsPerPacketMax(int value) {
            subscriptionsPerPacketMax = value;
            return this;
        }

        public Builder sessionExpiryMaxSeconds(long value) {
            sessionExpiryMaxSeconds = value;
            return this;
        }

        public Builder anonymous(boolean value) {
            anonymous = value;
            return this;
        }

        public Builder queue(int messagesMax, long bytesMax, OverflowPolicy policy) {
            queueMessagesMax = messagesMax;
            queueBytesMax = bytesMax;
            overflow = policy;
            return this;
        }

        public Builder strangersBytesMax(long value) {
            strangersBytesMax = value;
            return this;
        }

        public Builder retryAfterMillis(long value) {
            retryAfterMillis = value;
            return this;
        }

        public MqttConfig build() {
            return new MqttConfig(
                    host,
                    port,
                    tls,
                    limits,
                    packetBytesMax,
                    connectBytesMax,
                    keepAliveMaxSeconds,
                    receiveMaximum,
                    outstandingBytesMax,
                    topicAliasMax,
                    subscriptionsPerPacketMax,
                    sessionExpiryMaxSeconds,
                    anonymous,
                    queueMessagesMax,
                    queueBytesMax,
                    overflow,
                    strangersBytesMax,
                    retryAfterMillis);
        }
    }
}
