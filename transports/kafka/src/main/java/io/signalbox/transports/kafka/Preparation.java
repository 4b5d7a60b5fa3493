package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Waits for the cluster, and makes the Kafka topics that are not there. Blocks. */
record Preparation(KafkaConfig config, Names names, Clients clients, Cluster cluster) {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(10), 2, Duration.ofSeconds(2));

    /** @throws SignalboxException BUSY if the cluster stays away */
    Layout layout() {
        long deadline = System.nanoTime() + config.absentWait().toNanos();
        return again(deadline, () -> {
            cluster.ping(); // or one that is absent would be waited for as long as a slow one
            List<String> data = Layout.kafkaTopics(config);
            List<NewTopic> wanted = new ArrayList<>();
            data.forEach(topic -> wanted.add(data(topic)));
            wanted.add(sessions());
            wanted.add(deadLetters());
            List<String> missing =
                    cluster.missing(wanted.stream().map(NewTopic::name).toList());
            cluster.create(wanted.stream()
                    .filter(topic -> missing.contains(topic.name()))
                    .toList());
            return new Layout(config, cluster.partitions(data));
        });
    }

    private NewTopic data(String topic) {
        NewTopic made = topic(topic, config.creation().partitions());
        Map<String, String> settings = sizes();
        settings.put(TopicConfig.RETENTION_MS_CONFIG, retentionMillis(config));
        return made.configs(settings);
    }

    /** As Kafka has it: -1 for ever. */
    static String retentionMillis(KafkaConfig config) {
        Duration retention = config.creation().retention();
        return retention.isZero() ? "-1" : String.valueOf(retention.toMillis());
    }

    /** The times of its records are the brokers': by them sessions expire. */
    private NewTopic sessions() {
        Map<String, String> settings = sizes();
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        return topic(names.sessions(), 1).configs(settings);
    }

    private NewTopic deadLetters() {
        Map<String, String> settings = sizes();
        settings.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(clients.letterBytesMax()));
        return topic(names.deadLetters(), 1).configs(settings);
    }

    private NewTopic topic(String name, int partitions) {
        return new NewTopic(name, partitions, (short) config.creation().replicas());
    }

    private Map<String, String> sizes() {
        Map<String, String> settings = new HashMap<>();
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(clients.recordBytesMax()));
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        return settings;
    }

    private static <T> T again(long deadlineNanos, Supplier<T> work) {
        for (int tries = 1; ; tries++) {
            try {
                return work.get();
            } catch (SignalboxException e) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw e;
                }
                Pauses.pause(BACKOFF.delay(tries, ThreadLocalRandom.current()));
            }
        }
    }
}
