package io.signalbox.transports.redis;

import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transports.connection.EngineSettings;
import java.time.Duration;
import java.util.List;

/** {@code type: redis}. */
public final class RedisProvider implements TransportProvider {
    private static final Setting<String> URI = Setting.required(
                    "uri", Kinds.TEXT, "redis://USER:PASSWORD@HOST:PORT/DATABASE, or rediss.")
            .asSecret();
    private static final Setting<String> PREFIX = Setting.of(
            "prefix", Kinds.TEXT, "signalbox", "All keys and channels begin with it, in braces; 1 to 60 characters.");
    private static final Setting<Long> PAYLOAD_BYTES_MAX = Setting.of(
            "payload-bytes-max", Kinds.bytes(1, 512L << 20), "16MiB", "Not above the server's proto-max-bulk-len.");
    private static final Setting<Integer> REPLICAS = Setting.of(
            "replicas", Kinds.integer(0, 100), "0", "So many replicas must have a message before it is answered.");
    private static final Setting<Duration> CONFIRM_WAIT = Setting.of(
            "confirm-wait", Kinds.duration("1ms", "1h"), "10s", "How long an answer may take, that of replicas too.");
    private static final Setting<Integer> HISTORY_MESSAGES_MAX = Setting.of(
            "history-messages-max", Kinds.integer(1, Integer.MAX_VALUE), "100000", "Messages kept for replay, about.");
    private static final Setting<Duration> HISTORY_MAX =
            Setting.of("history-max", Kinds.duration("1s", "365d"), "1h", "How long they are kept for replay.");
    private static final Setting<Duration> DEDUPLICATION_WINDOW = Setting.of(
            "deduplication-window",
            Kinds.duration("1ms", "365d"),
            "2m",
            "Equal idempotency keys or message ids within it are one message.");

    @Override
    public String type() {
        return "redis";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                URI,
                PREFIX,
                PAYLOAD_BYTES_MAX,
                EngineSettings.HOLD,
                REPLICAS,
                CONFIRM_WAIT,
                HISTORY_MESSAGES_MAX,
                HISTORY_MAX,
                DEDUPLICATION_WINDOW,
                EngineSettings.ATTEMPTS_MAX);
    }

    @Override
    public List<String> urlSchemes() {
        return List.of("redis", "rediss");
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        RetentionLimits retention = RetentionLimits.DEFAULT;
        DeliveryLimits delivery = DeliveryLimits.DEFAULT;
        return new RedisPlan(RedisConfig.of(address(settings.get(URI)))
                .withPrefix(settings.get(PREFIX))
                .withPayloadBytesMax(Math.toIntExact(settings.get(PAYLOAD_BYTES_MAX)))
                .withPublish(PublishLimits.DEFAULT
                        .withHold(settings.get(EngineSettings.HOLD))
                        .withReplicas(settings.get(REPLICAS), settings.get(CONFIRM_WAIT)))
                .withRetention(new RetentionLimits(
                        settings.get(HISTORY_MESSAGES_MAX),
                        settings.get(HISTORY_MAX),
                        settings.get(DEDUPLICATION_WINDOW),
                        retention.deadLettersMax(),
                        retention.retainedTopicsMax()))
                .withDelivery(new DeliveryLimits(
                        settings.get(EngineSettings.ATTEMPTS_MAX), delivery.silenceMax(), delivery.pollInterval())));
    }

    /** The text is not repeated in a problem: it may have a password. */
    private static String address(String text) {
        if (text.startsWith("redis://") || text.startsWith("rediss://")) {
            return text;
        }
        throw new IllegalArgumentException("uri must be redis://USER:PASSWORD@HOST:PORT/DATABASE or rediss");
    }
}
