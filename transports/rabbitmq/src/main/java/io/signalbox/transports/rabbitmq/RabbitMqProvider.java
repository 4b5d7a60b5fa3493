package io.signalbox.transports.rabbitmq;

import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transports.connection.EngineSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** {@code type: rabbitmq}. */
public final class RabbitMqProvider implements TransportProvider {
    private static final Setting<String> URI_SETTING = Setting.required(
                    "uri", Kinds.TEXT, "amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps.")
            .asSecret();
    private static final Setting<String> PREFIX = Setting.of(
            "prefix", Kinds.TEXT, "signalbox", "All exchanges and queues begin with it; 1 to 60 ASCII characters.");
    private static final Setting<RabbitMqConfig.Queues> QUEUES = Setting.of(
            "queues",
            Kinds.constant(RabbitMqConfig.Queues.class),
            "quorum",
            "What durable sessions are kept in: quorum queues are flushed before a confirm, classic ones have priorities.");
    private static final Setting<List<String>> HIERARCHIES =
            Setting.of("hierarchies", Kinds.TEXTS, "", "First levels of topics that get an exchange of their own.");
    private static final Setting<Long> PAYLOAD_BYTES_MAX = Setting.of(
            "payload-bytes-max", Kinds.bytes(1, 512L << 20), "16MiB", "Not above the server's max_message_size.");
    private static final Setting<Duration> OPEN_WAIT = Setting.of(
            "open-wait",
            Kinds.duration("100ms", "1h"),
            "10s",
            "How long an operation on a session waits for a lost connection to be back.");
    private static final Setting<Duration> QUEUE_SETTLE = Setting.of(
            "queue-settle",
            Kinds.zeroOrDuration("1ms", "1m"),
            "3s",
            "How long creating a quorum queue takes at least; less than 3s is not safe against a node that dies then.");
    private static final Setting<Duration> CONFIRM_WAIT = Setting.of(
            "confirm-wait",
            Kinds.duration("1ms", "1h"),
            "20s",
            "A publish without an answer for so long is sent again on a new connection, or refused if it is older than hold.");

    @Override
    public String type() {
        return "rabbitmq";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                URI_SETTING,
                PREFIX,
                QUEUES,
                HIERARCHIES,
                PAYLOAD_BYTES_MAX,
                OPEN_WAIT,
                QUEUE_SETTLE,
                EngineSettings.HOLD,
                CONFIRM_WAIT,
                EngineSettings.ATTEMPTS_MAX);
    }

    @Override
    public List<String> urlSchemes() {
        return List.of("amqp", "amqps");
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        PublishLimits publish = PublishLimits.DEFAULT;
        DeliveryLimits delivery = DeliveryLimits.DEFAULT;
        RabbitMqConfig config = RabbitMqConfig.of(address(settings.get(URI_SETTING)))
                .withPrefix(settings.get(PREFIX))
                .withQueues(settings.get(QUEUES))
                .withHierarchies(settings.get(HIERARCHIES).toArray(String[]::new))
                .withPayloadBytesMax(Math.toIntExact(settings.get(PAYLOAD_BYTES_MAX)))
                .withOpenWait(settings.get(OPEN_WAIT))
                .withQueueSettle(settings.get(QUEUE_SETTLE))
                .withPublish(new PublishLimits(
                        publish.messagesMax(),
                        publish.bytesMax(),
                        settings.get(EngineSettings.HOLD),
                        settings.get(CONFIRM_WAIT)))
                .withDelivery(new DeliveryLimits(
                        settings.get(EngineSettings.ATTEMPTS_MAX),
                        delivery.returnsMax(),
                        delivery.transientExpiry(),
                        delivery.shareExpiry()));
        return new RabbitMqPlan(config);
    }

    /** The text is not repeated in a problem: it may have a password. */
    private static URI address(String text) {
        try {
            URI uri = URI.create(text);
            // What stands before the first /, ? or # of a password would be taken for a host.
            boolean whole = uri.getRawFragment() == null && (uri.getRawPath() + uri.getRawQuery()).indexOf('@') < 0;
            if (whole && uri.getHost() != null && (text.startsWith("amqp://") || text.startsWith("amqps://"))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for another scheme
        }
        throw new IllegalArgumentException(
                "uri must be amqp://USER:PASSWORD@HOST:PORT/VHOST or amqps, with special characters as %XX");
    }
}
