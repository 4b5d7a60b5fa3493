package io.signalbox.transports.jdbc;

import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transports.connection.EngineSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code type: jdbc}. */
public final class JdbcProvider implements TransportProvider {
    private static final Setting<String> URL = Setting.required(
                    "url", Kinds.TEXT, "jdbc:postgresql://HOST:PORT/DATABASE, or jdbc:h2:FILE.")
            .asSecret();
    private static final Setting<Optional<String>> USER =
            Setting.of("user", Kinds.TEXT_OR_NONE, "", "User of the database.");
    private static final Setting<Optional<String>> PASSWORD = Setting.of(
                    "password", Kinds.TEXT_OR_NONE, "", "The user's password.")
            .asSecret();
    private static final Setting<String> SCHEMA = Setting.of(
            "schema", Kinds.TEXT, "signalbox", "Where the tables are; made and migrated if they are not there.");
    private static final Setting<Integer> CONNECTIONS_MAX =
            Setting.of("connections-max", Kinds.integer(4, 1_000), "8", "Connections of the pool.");
    private static final Setting<Duration> POLL_INTERVAL = Setting.of(
            "poll-interval",
            Kinds.duration("1ms", "1h"),
            "250ms",
            "How often queues are looked at without being told.");
    private static final Setting<Duration> HISTORY_MAX = Setting.of(
            "history-max",
            Kinds.zeroOrDuration("1ms", "3650d"),
            "1h",
            "How long messages that nobody is owed are kept.");
    private static final Setting<Duration> DEDUPLICATION_WINDOW = Setting.of(
            "deduplication-window",
            Kinds.zeroOrDuration("1ms", "365d"),
            "2m",
            "Equal idempotency keys or message ids within it are one message.");
    private static final Setting<Duration> PUBLISH_TIMEOUT = Setting.of(
            "publish-timeout",
            Kinds.duration("1ms", "1h"),
            "10s",
            "A publish that the database has not taken by then is refused.");
    private static final Setting<Integer> PUBLISH_BATCH_MAX =
            Setting.of("publish-batch-max", Kinds.integer(1, JdbcConfig.BLOCK), "1000", "Messages of one transaction.");
    private static final Setting<Duration> NODE_SILENCE = Setting.of(
            "node-silence",
            Kinds.duration("1s", "24h"),
            "30s",
            "A node that has given no sign of life for so long is gone.");

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                URL,
                USER,
                PASSWORD,
                SCHEMA,
                CONNECTIONS_MAX,
                POLL_INTERVAL,
                HISTORY_MAX,
                DEDUPLICATION_WINDOW,
                EngineSettings.ATTEMPTS_MAX,
                PUBLISH_TIMEOUT,
                PUBLISH_BATCH_MAX,
                NODE_SILENCE);
    }

    @Override
    public List<String> urlSchemes() {
        return List.of("jdbc");
    }

    @Override
    public String urlSetting() {
        return "url";
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        return new JdbcPlan(new JdbcConfig(
                settings.get(URL),
                settings.get(USER).orElse(null),
                settings.get(PASSWORD).orElse(null),
                settings.get(SCHEMA),
                settings.get(CONNECTIONS_MAX),
                settings.get(POLL_INTERVAL),
                settings.get(HISTORY_MAX),
                settings.get(DEDUPLICATION_WINDOW),
                settings.get(EngineSettings.ATTEMPTS_MAX),
                settings.get(PUBLISH_TIMEOUT),
                settings.get(PUBLISH_BATCH_MAX),
                settings.get(NODE_SILENCE)));
    }
}
