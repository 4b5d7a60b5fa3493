package io.signalbox.server.config;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import io.signalbox.gateway.amqp.config.QueueBounds;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import org.jspecify.annotations.Nullable;

/** Makes AMQP's record of raw settings. */
final class AmqpSettings {
    private AmqpSettings() {}

    /** @throws IllegalArgumentException what no single key can know is wrong */
    static AmqpConfig read(RawSettings settings, boolean anonymous, @Nullable TlsConfig tls) {
        return new AmqpConfig(
                settings.get(AmqpKeys.HOST),
                settings.get(AmqpKeys.PORT),
                tls,
                new ListenerLimits(
                        settings.get(AmqpKeys.CONNECTIONS_MAX),
                        settings.get(AmqpKeys.CONNECTIONS_PER_ADDRESS_MAX),
                        settings.get(AmqpKeys.CONNECT_RATE),
                        Math.toIntExact(settings.get(AmqpKeys.CONNECT_TIMEOUT).toMillis()),
                        settings.get(AmqpKeys.BACKLOG)),
                new AmqpLimits(
                        Math.toIntExact(settings.get(AmqpKeys.FRAME_BYTES_MAX)),
                        Math.toIntExact(settings.get(AmqpKeys.MESSAGE_BYTES_MAX)),
                        settings.get(AmqpKeys.OUTSTANDING_BYTES_MAX),
                        settings.get(AmqpKeys.SESSIONS_MAX),
                        settings.get(AmqpKeys.LINKS_MAX),
                        settings.get(AmqpKeys.PUBLISHES_MAX),
                        settings.get(AmqpKeys.UNSETTLED_MAX)),
                new QueueBounds(
                        settings.get(AmqpKeys.QUEUE_MESSAGES_MAX),
                        settings.get(AmqpKeys.QUEUE_BYTES_MAX),
                        settings.get(AmqpKeys.OVERFLOW),
                        settings.get(AmqpKeys.VOLATILE_OVERFLOW),
                        settings.get(AmqpKeys.QUEUES_MAX),
                        settings.get(AmqpKeys.QUEUES_PER_USER_MAX)),
                Math.toIntExact(settings.get(AmqpKeys.IDLE_TIMEOUT).toMillis()),
                anonymous,
                settings.get(AmqpKeys.QUEUE_USER));
    }
}
