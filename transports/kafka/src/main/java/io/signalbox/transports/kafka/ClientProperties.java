package io.signalbox.transports.kafka;

import io.signalbox.setting.NearestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/** Properties of Kafka's clients that others may set, such as those of security. Their values are shown in no text. */
final class ClientProperties {
    /** Those that this transport sets, since what it promises rests on them. */
    private static final Set<String> OWN = Set.of(
            "acks",
            "allow.auto.create.topics",
            "auto.offset.reset",
            "bootstrap.servers",
            "client.id",
            "delivery.timeout.ms",
            "enable.auto.commit",
            "enable.idempotence",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "interceptor.classes",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "max.block.ms",
            "max.in.flight.requests.per.connection",
            "max.request.size",
            "metadata.recovery.strategy",
            "partition.assignment.strategy",
            "partitioner.class",
            "retries",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    private ClientProperties() {}

    /** @throws IllegalArgumentException naming one that is this transport's own */
    static void refuseOwn(Set<String> names) {
        for (String name : new TreeSet<>(names)) {
            KafkaConfig.check(
                    !OWN.contains(name),
                    "the client property " + name
                            + " is set by this transport, since what it promises rests on it; leave it out");
        }
    }

    /** @throws IllegalArgumentException naming one that no client knows, or that has an impossible value */
    static void check(Map<String, String> properties) {
        properties.forEach((name, value) -> {
            ConfigDef.ConfigKey key = key(name);
            if (key == null) {
                throw new IllegalArgumentException("'" + name + "' is no property of Kafka's clients"
                        + NearestKey.of(name, names())
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse("; Kafka's documentation lists them"));
            }
            KafkaConfig.check(
                    isValid(key, value),
                    "the client property " + name + " is wrong; it must be of the type " + key.type
                            + (key.validator == null ? "" : ", " + key.validator));
        });
    }

    /** What is wrong is not asked: the text that says it has the value. */
    private static boolean isValid(ConfigDef.ConfigKey key, String value) {
        try {
            Object parsed = ConfigDef.parseType(key.name, value, key.type);
            if (key.validator != null) {
                key.validator.ensureValid(key.name, parsed);
            }
            return true;
        } catch (KafkaException e) {
            return false;
        }
    }

    private static ConfigDef.@Nullable ConfigKey key(String name) {
        for (ConfigDef definition : definitions()) {
            ConfigDef.ConfigKey key = definition.configKeys().get(name);
            if (key != null) {
                return key;
            }
        }
        return null;
    }

    private static List<ConfigDef> definitions() {
        return List.of(AdminClientConfig.configDef(), ProducerConfig.configDef(), ConsumerConfig.configDef());
    }

    private static List<String> names() {
        Set<String> names = new TreeSet<>();
        definitions().forEach(definition -> names.addAll(definition.names()));
        names.removeAll(OWN);
        return new ArrayList<>(names);
    }
}
