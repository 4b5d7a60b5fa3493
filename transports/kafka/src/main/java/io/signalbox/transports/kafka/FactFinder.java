package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** Asks how the Kafka topics of messages are set up, or will be where they are not there yet. Changes nothing. Blocks. */
record FactFinder(KafkaConfig config, Cluster cluster) {
    private static final String DEFAULT_REPLICAS = "default.replication.factor";

    /** What a broker calls its defaults for topics. */
    private static final Map<String, String> OF_BROKER = Map.of(
            TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "min.insync.replicas",
            TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "log.flush.interval.messages",
            TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "unclean.leader.election.enable",
            TopicConfig.CLEANUP_POLICY_CONFIG, "log.cleanup.policy",
            TopicConfig.RETENTION_BYTES_CONFIG, "log.retention.bytes");

    /**
     * @return null if the cluster does not let everybody know
     * @throws SignalboxException BUSY if it cannot be reached
     */
    @Nullable
    ClusterFacts ask() {
        try {
            List<String> topics = Layout.kafkaTopics(config);
            List<String> missing = cluster.missing(topics);
            List<String> there =
                    topics.stream().filter(topic -> !missing.contains(topic)).toList();
            Stream<ClusterFacts> made = missing.isEmpty() ? Stream.of() : Stream.of(ofNewTopics());
            return Stream.concat(made, ofTopics(there).stream())
                    .reduce(ClusterFacts::worst)
                    .orElseThrow();
        } catch (SignalboxException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return null;
            }
            throw e;
        }
    }

    private List<ClusterFacts> ofTopics(List<String> topics) {
        if (topics.isEmpty()) {
            return List.of();
        }
        Map<String, Integer> replicas = cluster.replicas(topics);
        Map<String, Map<String, String>> settings = cluster.settings(ConfigResource.Type.TOPIC, topics);
        return topics.stream()
                .map(topic -> ClusterFacts.of(
                        Objects.requireNonNull(replicas.get(topic)), Objects.requireNonNull(settings.get(topic))))
                .toList();
    }

    /** As {@link Preparation} makes them. */
    private ClusterFacts ofNewTopics() {
        String broker = cluster.anyBroker();
        Map<String, String> defaults = Objects.requireNonNull(
                cluster.settings(ConfigResource.Type.BROKER, List.of(broker)).get(broker));
        Map<String, String> settings = new HashMap<>();
        OF_BROKER.forEach((name, ofBroker) -> settings.put(name, defaults.getOrDefault(ofBroker, "")));
        settings.put(TopicConfig.RETENTION_MS_CONFIG, Preparation.retentionMillis(config));
        int replicas = config.creation().replicas();
        return ClusterFacts.of(
                replicas > 0 ? replicas : Integer.parseInt(defaults.getOrDefault(DEFAULT_REPLICAS, "1")), settings);
    }
}
