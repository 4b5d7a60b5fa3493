package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which cluster, and how it is used.
 *
 * @param bootstrap {@code host:port}, several with commas
 * @param prefix the Kafka topic of all messages without a root, and the beginning of all other names
 * @param roots trees of topics with a Kafka topic of their own; the longest that holds a topic has it
 * @param creation what Kafka topics that are not there yet are made like
 * @param payloadBytesMax not above what the Kafka topics take ({@code max.message.bytes}) less the headers
 * @param attemptsMax failures at which a message goes to the dead letters
 * @param absentWait how long opening the transport waits for a cluster that is absent before it fails; ZERO: not at all
 * @param answerWait how long an operation on a session waits for the cluster
 * @param client properties of all clients, such as {@code security.protocol} and {@code sasl.jaas.config}; not those on
 *     which rests what the transport promises, such as {@code acks}
 */
public record KafkaConfig(
        String bootstrap,
        String prefix,
        List<Root> roots,
        Creation creation,
        int payloadBytesMax,
        PublishLimits publish,
        int attemptsMax,
        Duration absentWait,
        Duration answerWait,
        Map<String, String> client) {

    private static final int NAME_LENGTH_MAX = 200;

    /** @throws IllegalArgumentException naming the value and its limit */
    public KafkaConfig {
        roots = List.copyOf(roots);
        client = Map.copyOf(client);
        ClientProperties.refuseOwn(client.keySet());
        checkName(prefix);
        check(!bootstrap.isBlank(), "bootstrap must name at least one host:port");
        check(
                payloadBytesMax > 0 && payloadBytesMax <= 64 << 20,
                "payloadBytesMax " + payloadBytesMax + " must be from 1 to " + (64 << 20));
        check(attemptsMax > 0, "attemptsMax " + attemptsMax + " must be positive");
        check(
                !absentWait.isNegative() && answerWait.toMillis() >= 1_000,
                "absentWait " + absentWait + " must not be negative, and answerWait " + answerWait
                        + " a second or more");
        Set<Object> once = new HashSet<>(Set.of(prefix));
        for (Root root : roots) {
            check(
                    once.add(root.kafkaTopic()) && once.add(root.topic()),
                    "root " + root.topic() + " in " + root.kafkaTopic() + ": a topic and a Kafka topic may come once");
        }
    }

    /**
     * What Kafka topics are made like. Those that are there stay as they are.
     *
     * @param partitions order across topics needs one; more let several nodes share a group's work
     * @param replicas -1: the cluster's default
     * @param retention how long Kafka keeps a message, whether anybody has read it or not; ZERO: for ever
     */
    public record Creation(int partitions, int replicas, Duration retention) {
        public static final Creation DEFAULT = new Creation(1, -1, Duration.ofDays(7));

        /** @throws IllegalArgumentException naming the value and its limit */
        public Creation {
            check(
                    partitions > 0 && partitions <= 256,
                    "partitions " + partitions + " of a Kafka topic must be from 1 to 256");
            check(replicas == -1 || replicas > 0, "replicas " + replicas + " must be positive, or -1");
            check(!retention.isNegative(), "retention " + retention + " must not be negative");
        }
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    static void checkName(String kafkaTopic) {
        check(
                kafkaTopic.length() <= NAME_LENGTH_MAX && kafkaTopic.matches("[a-zA-Z0-9_-][a-zA-Z0-9._-]*"),
                "'" + kafkaTopic + "' must be 1 to " + NAME_LENGTH_MAX
                        + " letters, digits, dots, hyphens and underscores, and not begin with a dot");
    }

    public static KafkaConfig of(String bootstrap) {
        return new KafkaConfig(
                bootstrap,
                "signalbox",
                List.of(),
                Creation.DEFAULT,
                1 << 20,
                PublishLimits.DEFAULT,
                4,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Map.of());
    }

    public KafkaConfig withBootstrap(String b) {
        return new KafkaConfig(
                b, prefix, roots, creation, payloadBytesMax, publish, attemptsMax, absentWait, answerWait, client);
    }

    public KafkaConfig withPrefix(String p) {
        return new KafkaConfig(
                bootstrap, p, roots, creation, payloadBytesMax, publish, attemptsMax, absentWait, answerWait, client);
    }

    public KafkaConfig withRoots(Root... r) {
        return new KafkaConfig(
                bootstrap,
                prefix,
                List.of(r),
                creation,
                payloadBytesMax,
                publish,
                attemptsMax,
                absentWait,
                answerWait,
                client);
    }

    public KafkaConfig withCreation(Creation c) {
        return new KafkaConfig(
                bootstrap, prefix, roots, c, payloadBytesMax, publish, attemptsMax, absentWait, answerWait, client);
    }

    public KafkaConfig withPublish(PublishLimits limits) {
        return new KafkaConfig(
                bootstrap,
                prefix,
                roots,
                creation,
                payloadBytesMax,
                limits,
                attemptsMax,
                absentWait,
                answerWait,
                client);
    }

    public KafkaConfig withAbsentWait(Duration wait) {
        return new KafkaConfig(
                bootstrap, prefix, roots, creation, payloadBytesMax, publish, attemptsMax, wait, answerWait, client);
    }

    public KafkaConfig withClient(Map<String, String> properties) {
        return new KafkaConfig(
                bootstrap,
                prefix,
                roots,
                creation,
                payloadBytesMax,
                publish,
                attemptsMax,
                absentWait,
                answerWait,
                properties);
    }

    public KafkaConfig withAnswerWait(Duration wait) {
        return new KafkaConfig(
                bootstrap, prefix, roots, creation, payloadBytesMax, publish, attemptsMax, absentWait, wait, client);
    }

    /** Without the values of client properties, which may be secrets. */
    @Override
    public String toString() {
        return "Kafka at " + bootstrap + ", prefix " + prefix + ", " + roots + ", " + creation + ", " + publish
                + ", client properties " + client.keySet();
    }
}
