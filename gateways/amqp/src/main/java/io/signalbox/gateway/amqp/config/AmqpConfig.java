package io.signalbox.gateway.amqp.config;

import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Everything about AMQP 1.0 that an operator may choose.
 *
 * @param port 0: any free one
 * @param tls null: plain TCP
 * @param idleTimeoutMillis a client that sends nothing, not even empty frames, for so long is gone; 0: it may be silent
 *     for ever
 * @param anonymous let in clients that show no user name: SASL ANONYMOUS, or no SASL at all
 * @param queueUser the name in whose right queues and global shared subscriptions take messages, since they belong to no
 *     client; it needs the permission to subscribe where there are permissions
 */
public record AmqpConfig(
        String host,
        int port,
        @Nullable TlsConfig tls,
        ListenerLimits listener,
        AmqpLimits limits,
        QueueBounds queues,
        int idleTimeoutMillis,
        boolean anonymous,
        String queueUser) {

    public static final AmqpConfig DEFAULT = new AmqpConfig(
            "127.0.0.1",
            5_672,
            null,
            ListenerLimits.DEFAULT,
            AmqpLimits.DEFAULT,
            QueueBounds.DEFAULT,
            60_000,
            true,
            "amqp-queues");

    public AmqpConfig {
        AmqpLimits.range("port", port, 0, 65_535);
        if (idleTimeoutMillis != 0) {
            AmqpLimits.range("idle-timeout", idleTimeoutMillis, 100, 86_400_000);
        }
    }

    public AmqpConfig withPort(int value) {
        return new AmqpConfig(host, value, tls, listener, limits, queues, idleTimeoutMillis, anonymous, queueUser);
    }

    public AmqpConfig withTls(@Nullable TlsConfig value) {
        return new AmqpConfig(host, port, value, listener, limits, queues, idleTimeoutMillis, anonymous, queueUser);
    }

    public AmqpConfig withListener(ListenerLimits value) {
        return new AmqpConfig(host, port, tls, value, limits, queues, idleTimeoutMillis, anonymous, queueUser);
    }

    public AmqpConfig withLimits(AmqpLimits value) {
        return new AmqpConfig(host, port, tls, listener, value, queues, idleTimeoutMillis, anonymous, queueUser);
    }

    public AmqpConfig withQueues(QueueBounds value) {
        return new AmqpConfig(host, port, tls, listener, limits, value, idleTimeoutMillis, anonymous, queueUser);
    }

    public AmqpConfig withIdleTimeoutMillis(int value) {
        return new AmqpConfig(host, port, tls, listener, limits, queues, value, anonymous, queueUser);
    }

    public AmqpConfig withAnonymous(boolean value) {
        return new AmqpConfig(host, port, tls, listener, limits, queues, idleTimeoutMillis, value, queueUser);
    }
}
