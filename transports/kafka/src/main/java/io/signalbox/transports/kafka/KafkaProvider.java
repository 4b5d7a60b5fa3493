package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.topic.Topic;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transports.connection.EngineSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code type: kafka}. */
public final class KafkaProvider implements TransportProvider {
    /** A password in it is a mistake, and is not shown all the same. */
    private static final Setting<String> SERVERS = Setting.required(
                    "bootstrap-servers",
                    Kinds.TEXT,
                    "HOST:PORT of brokers that are asked for the others, several with commas; or kafka://HOST:PORT.")
            .asSecret();

    private static final Setting<String> PREFIX = Setting.of(
            "prefix",
            Kinds.TEXT,
            "signalbox",
            "The Kafka topic of all messages without a root, and the beginning of all other names.");
    private static final Setting<String> ROOT_TOPIC = Setting.required(
            "roots[].topic",
            new Kind<>("a topic such as orders", KafkaProvider::topic),
            "This topic and all below it are in a Kafka topic of their own.");
    private static final Setting<String> ROOT_KAFKA_TOPIC = Setting.required(
            "roots[].kafka-topic", Kinds.TEXT, "Its name; it may be one that others made and write to.");
    private static final Setting<Integer> PARTITIONS = Setting.of(
            "partitions",
            Kinds.integer(1, 256),
            "1",
            "Partitions of Kafka topics that are made; with more than one, order holds for each ordering key.");
    private static final Setting<Integer> REPLICAS = Setting.of(
            "replicas", Kinds.integer(0, Short.MAX_VALUE), "0", "Their replicas; 0: as the cluster makes topics.");
    private static final Setting<Duration> RETENTION = Setting.of(
            "retention",
            Kinds.zeroOrDuration("1s", "3650d"),
            "7d",
            "How long they keep messages, whether anybody has read them or not; 0: for ever.");
    private static final Setting<Long> PAYLOAD_BYTES_MAX = Setting.of(
            "payload-bytes-max",
            Kinds.bytes(1, 64 << 20),
            "1MiB",
            "Not above max.message.bytes of the Kafka topics, less the headers.");
    private static final Setting<Duration> HOLD = Setting.of(
            "hold",
            Kinds.duration("1s", "24h"),
            "30s",
            "How long a publish waits for brokers that are away before it is refused.");
    private static final Setting<Duration> LINGER = Setting.of(
            "linger", Kinds.zeroOrDuration("1ms", "900ms"), "1ms", "How long a message waits for others to go with.");
    private static final Setting<Duration> ANSWER_WAIT = Setting.of(
            "answer-wait",
            Kinds.duration("1s", "1h"),
            "10s",
            "How long an operation on a session waits for the cluster.");
    private static final Setting<String> CLIENT_NAME = Setting.required(
            "client[].name",
            Kinds.TEXT,
            "A property of Kafka's own clients, such as security.protocol or sasl.jaas.config.");
    private static final Setting<String> CLIENT_VALUE =
            Setting.required("client[].value", Kinds.TEXT, "Its value.").asSecret();

    private static String topic(String text) {
        try {
            return Topic.ofMqtt(text).text();
        } catch (SignalboxException e) {
            throw new IllegalArgumentException("it must be a topic: " + e.getMessage(), e);
        }
    }

    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                SERVERS,
                PREFIX,
                ROOT_TOPIC,
                ROOT_KAFKA_TOPIC,
                PARTITIONS,
                REPLICAS,
                RETENTION,
                PAYLOAD_BYTES_MAX,
                HOLD,
                LINGER,
                ANSWER_WAIT,
                EngineSettings.ATTEMPTS_MAX,
                CLIENT_NAME,
                CLIENT_VALUE);
    }

    @Override
    public List<String> urlSchemes() {
        return List.of("kafka");
    }

    @Override
    public String urlSetting() {
        return SERVERS.name();
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        Bootstrap bootstrap = Bootstrap.of(settings.get(SERVERS));
        Map<String, String> client = client(settings);
        PublishLimits publish = PublishLimits.DEFAULT;
        int replicas = settings.get(REPLICAS);
        KafkaConfig config = new KafkaConfig(
                bootstrap.text(),
                settings.get(PREFIX),
                settings.indexes("roots").stream()
                        .map(index -> Root.of(settings.get(ROOT_TOPIC, index), settings.get(ROOT_KAFKA_TOPIC, index)))
                        .toList(),
                new KafkaConfig.Creation(
                        settings.get(PARTITIONS), replicas == 0 ? -1 : replicas, settings.get(RETENTION)),
                Math.toIntExact(settings.get(PAYLOAD_BYTES_MAX)),
                new PublishLimits(publish.messagesMax(), publish.bytesMax(), settings.get(HOLD), settings.get(LINGER)),
                settings.get(EngineSettings.ATTEMPTS_MAX),
                Duration.ZERO,
                settings.get(ANSWER_WAIT),
                client);
        ClientProperties.check(client);
        return new KafkaPlan(config, bootstrap);
    }

    private static Map<String, String> client(Settings settings) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (int index : settings.indexes("client")) {
            String name = settings.get(CLIENT_NAME, index);
            KafkaConfig.check(
                    properties.put(name, settings.get(CLIENT_VALUE, index)) == null,
                    "the client property " + name + " is there twice; remove one");
        }
        return properties;
    }
}
