package io.signalbox.server.config;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.security.Security;
import io.signalbox.security.password.PasswordAuthenticator;
import io.signalbox.setting.Durations;
import io.signalbox.setting.Problems;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.provider.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the rooms' records of raw settings, and checks what no single key can know. */
final class ServerConfigBuilder {
    private final RawSettings settings;
    private final Map<String, String> environment;

    private ServerConfigBuilder(RawSettings settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    static ServerConfig build(RawSettings settings, Map<String, String> environment) throws ConfigurationException {
        return new ServerConfigBuilder(settings, environment).build();
    }

    private ServerConfig build() throws ConfigurationException {
        boolean anonymous = anonymous();
        MqttConfig mqtt = room("mqtt", MqttConfig.DEFAULT, () -> mqtt(anonymous));
        AmqpConfig amqp = room("amqp", AmqpConfig.DEFAULT, () -> AmqpSettings.read(settings, anonymous, amqpTls()));
        HttpConfig http = http();
        LogConfig log = room("log", LogConfig.defaults(Path.of(".")), this::log);
        BrokerConfig broker = room("broker", BrokerConfig.DEFAULT, this::broker);
        Security.Settings security = security(anonymous);
        ServerConfig config = new ServerConfig(
                mqtt,
                amqp,
                settings.get(AmqpKeys.ENABLED),
                http,
                log,
                broker,
                security,
                transports(ServerConfig.promises(broker, log)),
                settings.get(ConfigKeys.SERVER_EVENT_LOOPS),
                settings.get(ConfigKeys.SERVER_SHUTDOWN_TIMEOUT));
        if (config.shutdownTimeout().toMillis() < 100) {
            settings.problem(
                    "server.shutdown-timeout", "is " + config.shutdownTimeout() + "; it must be at least 100ms");
        }
        if (!settings.problems().isEmpty()) {
            throw new ConfigurationException(settings.problems());
        }
        return config;
    }

    private TransportsConfig transports(Map<String, Promise> given) {
        if (!TransportsConfig.isConfigured(settings.transports(), environment)) {
            return TransportsConfig.none(given.keySet(), ServerConfig.BROKER);
        }
        Problems problems = new Problems();
        TransportsConfig config =
                TransportsConfig.read(settings.transports(), environment, given, ServerConfig.BROKER, problems);
        settings.problems(problems);
        return config;
    }

    /** What a room's own record refuses is a problem as any other. */
    private <T> T room(String name, T fallback, Supplier<T> room) {
        try {
            return room.get();
        } catch (IllegalArgumentException e) {
            settings.problem(name, String.valueOf(e.getMessage()));
            return fallback;
        }
    }

    private MqttConfig mqtt(boolean anonymous) {
        return MqttConfig.builder()
                .host(settings.get(ConfigKeys.MQTT_HOST))
                .port(settings.get(ConfigKeys.MQTT_PORT))
                .tls(mqttTls())
                .limits(new ListenerLimits(
                        settings.get(ConfigKeys.MQTT_CONNECTIONS_MAX),
                        settings.get(ConfigKeys.MQTT_CONNECTIONS_PER_ADDRESS_MAX),
                        settings.get(ConfigKeys.MQTT_CONNECT_RATE),
                        Math.toIntExact(
                                settings.get(ConfigKeys.MQTT_CONNECT_TIMEOUT).toMillis()),
                        settings.get(ConfigKeys.MQTT_BACKLOG)))
                .packetBytesMax(Math.toIntExact(settings.get(ConfigKeys.MQTT_PACKET_BYTES_MAX)))
                .connectBytesMax(Math.toIntExact(settings.get(ConfigKeys.MQTT_CONNECT_BYTES_MAX)))
                .keepAliveMaxSeconds(Math.toIntExact(
                        settings.get(ConfigKeys.MQTT_KEEP_ALIVE_MAX).toSeconds()))
                .receiveMaximum(settings.get(ConfigKeys.MQTT_RECEIVE_MAXIMUM))
                .outstandingBytesMax(settings.get(ConfigKeys.MQTT_OUTSTANDING_BYTES_MAX))
                .topicAliasMax(settings.get(ConfigKeys.MQTT_TOPIC_ALIAS_MAX))
                .subscriptionsPerPacketMax(settings.get(ConfigKeys.MQTT_SUBSCRIPTIONS_PER_PACKET_MAX))
                .sessionExpiryMaxSeconds(sessionExpiryMaxSeconds())
                .anonymous(anonymous)
                .queue(
                        settings.get(ConfigKeys.MQTT_QUEUE_MESSAGES_MAX),
                        settings.get(ConfigKeys.MQTT_QUEUE_BYTES_MAX),
                        settings.get(ConfigKeys.MQTT_OVERFLOW))
                .strangersBytesMax(settings.get(ConfigKeys.MQTT_STRANGERS_BYTES_MAX))
                .retryAfterMillis(settings.get(ConfigKeys.MQTT_RETRY_AFTER).toMillis())
                .build();
    }

    private long sessionExpiryMaxSeconds() {
        String text = settings.get(ConfigKeys.MQTT_SESSION_EXPIRY_MAX);
        if (text.equals("never")) {
            return MqttConfig.NEVER;
        }
        try {
            Duration span = Durations.parse(text);
            if (span.isZero() || span.toSeconds() > 0) {
                return span.toSeconds();
            }
            throw new IllegalArgumentException("less than a second");
        } catch (IllegalArgumentException e) {
            settings.problem(
                    settings.where(ConfigKeys.MQTT_SESSION_EXPIRY_MAX, 0),
                    "mqtt.session-expiry-max is '" + text
                            + "'; it must be never, or a duration like 24h or 7d, of at least 1s");
            return MqttConfig.NEVER;
        }
    }

    private @Nullable TlsConfig mqttTls() {
        return tls(
                "mqtt",
                ConfigKeys.MQTT_TLS_CERTIFICATE,
                ConfigKeys.MQTT_TLS_KEY,
                ConfigKeys.MQTT_TLS_CLIENT_AUTHORITIES,
                ConfigKeys.MQTT_TLS_CLIENT_REQUIRED);
    }

    private @Nullable TlsConfig amqpTls() {
        return tls(
                "amqp",
                AmqpKeys.TLS_CERTIFICATE,
                AmqpKeys.TLS_KEY,
                AmqpKeys.TLS_CLIENT_AUTHORITIES,
                AmqpKeys.TLS_CLIENT_REQUIRED);
    }

    private @Nullable TlsConfig tls(
            String room,
            ConfigKey<Optional<Path>> certificateKey,
            ConfigKey<Optional<Path>> keyKey,
            ConfigKey<Optional<Path>> authoritiesKey,
            ConfigKey<Boolean> requiredKey) {
        Optional<Path> authorities = settings.get(authoritiesKey);
        boolean required = settings.get(requiredKey);
        TlsConfig plain = tls(certificateKey, keyKey);
        if (plain == null) {
            if (authorities.isPresent() || required) {
                settings.problem(
                        room + ".tls",
                        "asks for client certificates without TLS; set " + certificateKey.name() + " and "
                                + keyKey.name());
            }
            return null;
        }
        return new TlsConfig(plain.certificateChain(), plain.privateKey(), authorities.orElse(null), required);
    }

    private @Nullable TlsConfig tls(ConfigKey<Optional<Path>> certificateKey, ConfigKey<Optional<Path>> keyKey) {
        Optional<Path> certificate = settings.get(certificateKey);
        Optional<Path> key = settings.get(keyKey);
        if (certificate.isPresent() != key.isPresent()) {
            settings.problem(
                    settings.where(certificate.isPresent() ? certificateKey : keyKey, 0),
                    "TLS needs both " + certificateKey.name() + " and " + keyKey.name() + "; set the other one too");
            return null;
        }
        return certificate.isPresent() && key.isPresent() ? TlsConfig.of(certificate.get(), key.get()) : null;
    }

    private HttpConfig http() {
        return new HttpConfig(
                settings.get(ConfigKeys.HTTP_HOST),
                settings.get(ConfigKeys.HTTP_PORT),
                tls(ConfigKeys.HTTP_TLS_CERTIFICATE, ConfigKeys.HTTP_TLS_KEY),
                Math.toIntExact(settings.get(ConfigKeys.HTTP_BODY_BYTES_MAX)),
                settings.get(ConfigKeys.HTTP_CONNECTIONS_MAX),
                settings.get(ConfigKeys.HTTP_CONNECTIONS_PER_ADDRESS_MAX),
                settings.get(ConfigKeys.HTTP_CONNECT_RATE),
                settings.get(ConfigKeys.HTTP_BACKLOG),
                settings.get(ConfigKeys.HTTP_STREAMS_PER_CONNECTION_MAX),
                settings.get(ConfigKeys.HTTP_WEBSOCKETS_MAX),
                settings.get(ConfigKeys.HTTP_REQUESTS_MAX),
                settings.get(ConfigKeys.HTTP_STREAMS_MAX),
                settings.get(ConfigKeys.HTTP_WAITS_MAX),
                settings.get(ConfigKeys.HTTP_CONSUMERS_MAX),
                settings.get(ConfigKeys.HTTP_CONSUMER_IDLE_TIMEOUT),
                settings.get(ConfigKeys.HTTP_REQUEST_TIMEOUT),
                settings.get(ConfigKeys.HTTP_IDLE_TIMEOUT),
                settings.get(ConfigKeys.HTTP_ORIGINS),
                settings.get(ConfigKeys.HTTP_HOSTS));
    }

    private LogConfig log() {
        long bytesMax = settings.get(ConfigKeys.LOG_BYTES_MAX);
        LogConfig log = LogConfig.defaults(settings.get(ConfigKeys.DATA_DIR))
                .withSegmentBytes(Math.toIntExact(settings.get(ConfigKeys.LOG_SEGMENT_BYTES)))
                .withSegmentsMax(settings.get(ConfigKeys.LOG_SEGMENTS_MAX))
                .withAgeMax(settings.get(ConfigKeys.LOG_AGE_MAX))
                .withRecordBytesMax(Math.toIntExact(settings.get(ConfigKeys.LOG_RECORD_BYTES_MAX)))
                .withRetentionIgnoresFloor(settings.get(ConfigKeys.LOG_RETENTION_IGNORES_QUEUES))
                .withVerifyOnOpen(settings.get(ConfigKeys.LOG_VERIFY_ON_OPEN));
        return bytesMax == 0 ? log : log.withBytesMax(bytesMax);
    }

    private BrokerConfig broker() {
        return new BrokerConfig(
                settings.get(ConfigKeys.BROKER_HISTORY_PER_TOPIC),
                settings.get(ConfigKeys.BROKER_HISTORY_BYTES_MAX),
                settings.get(ConfigKeys.BROKER_TOPICS_MAX),
                settings.get(ConfigKeys.BROKER_TOPIC_BYTES_MAX),
                settings.get(ConfigKeys.BROKER_TRANSIENT_QUEUE_BYTES_MAX),
                settings.get(ConfigKeys.BROKER_DELIVERY_ATTEMPTS_MAX),
                settings.get(ConfigKeys.BROKER_RETRY_DELAYS),
                settings.get(ConfigKeys.BROKER_SUSPECT_GRACE),
                settings.get(ConfigKeys.BROKER_DEDUPLICATION_WINDOW),
                settings.get(ConfigKeys.BROKER_DEDUPLICATION_ENTRIES_MAX),
                settings.get(ConfigKeys.BROKER_SESSIONS_MAX),
                settings.get(ConfigKeys.BROKER_SUBSCRIPTIONS_PER_SESSION_MAX),
                settings.get(ConfigKeys.BROKER_SNAPSHOT_BYTES),
                policies());
    }

    private List<TopicPolicy> policies() {
        List<TopicPolicy> policies = new ArrayList<>();
        for (int index : settings.indexes("topics")) {
            String filter = settings.get(ConfigKeys.TOPICS_FILTER, index);
            try {
                policies.add(new TopicPolicy(
                        TopicFilter.ofMqtt(filter),
                        settings.get(ConfigKeys.TOPICS_QOS0, index),
                        settings.get(ConfigKeys.TOPICS_ACKNOWLEDGED, index),
                        settings.get(ConfigKeys.TOPICS_BEST_EFFORT, index)));
            } catch (SignalboxException e) {
                settings.problem(settings.where(ConfigKeys.TOPICS_FILTER, index), String.valueOf(e.getMessage()));
            }
        }
        return policies;
    }

    private Security.Settings security(boolean anonymous) {
        Optional<Path> passwords = settings.get(ConfigKeys.SECURITY_PASSWORD_FILE);
        Optional<Path> permissions = settings.get(ConfigKeys.SECURITY_PERMISSION_FILE);
        if (passwords.isEmpty() && !anonymous) {
            settings.problem(
                    settings.where(ConfigKeys.SECURITY_ANONYMOUS, 0),
                    "nobody could come in: security.anonymous is false and there is no user; add"
                            + " `security.password-file: FILE`");
        }
        return new Security.Settings(
                passwords.orElse(null),
                permissions.orElse(null),
                anonymous,
                new PasswordAuthenticator.Limits(
                        settings.get(ConfigKeys.SECURITY_HASH_THREADS),
                        settings.get(ConfigKeys.SECURITY_HASH_WAITING_MAX),
                        settings.get(ConfigKeys.SECURITY_HASH_WAITING_PER_ADDRESS_MAX)),
                List.of());
    }

    /** Also refuses to listen to other machines without a word on who may come in. */
    private boolean anonymous() {
        Optional<Boolean> said = settings.get(ConfigKeys.SECURITY_ANONYMOUS);
        boolean users = settings.get(ConfigKeys.SECURITY_PASSWORD_FILE).isPresent();
        if (said.isEmpty() && !users) {
            refuseUnlessLoopback(ConfigKeys.MQTT_HOST);
            if (settings.get(AmqpKeys.ENABLED)) {
                refuseUnlessLoopback(AmqpKeys.HOST);
            }
            refuseUnlessLoopback(ConfigKeys.HTTP_HOST);
        }
        return said.orElse(!users);
    }

    private void refuseUnlessLoopback(ConfigKey<String> key) {
        String host = settings.get(key);
        if (Loopback.isUnknown(host)) {
            settings.problem(
                    settings.where(key, 0),
                    key.name() + " is '" + RawSettings.shorten(host)
                            + "', which is neither an address nor a name that can be resolved");
        } else if (!Loopback.is(host)) {
            settings.problem(
                    settings.where(key, 0),
                    key.name() + " is '" + RawSettings.shorten(host)
                            + "', which other machines may reach, and nothing says who may come in; add"
                            + " `security.password-file: FILE` (make it with `signalbox passwd FILE USER`), or"
                            + " `security.anonymous: true` to let in everybody");
        }
    }
}
