package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What is asked of the cluster beside publishing and reading; on a connection that no long fetch holds up. Its methods
 * block, but for {@link #commit}, and fail with BUSY when there is no answer in time.
 */
final class Cluster implements AutoCloseable {
    private static final int PING_MILLIS = 2_000;

    private final Admin admin;
    private final Duration wait;

    Cluster(Admin admin, Duration wait) {
        this.admin = admin;
        this.wait = wait;
    }

    private <T> T get(String what, KafkaFuture<T> answer) {
        try {
            return answer.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new SignalboxException(ReasonCode.BUSY, what + ": " + cause, cause);
        } catch (TimeoutException e) {
            throw new SignalboxException(ReasonCode.BUSY, what + ": no answer within " + wait, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, what + ": interrupted", e);
        }
    }

    /** @throws SignalboxException BUSY if nobody answers */
    void ping() {
        get(
                "asking for the brokers",
                admin.describeCluster(new DescribeClusterOptions().timeoutMs(PING_MILLIS))
                        .nodes());
    }

    /** Which of these are not there. */
    List<String> missing(Collection<String> topics) {
        Set<String> there =
                get("asking for the Kafka topics", admin.listTopics().names());
        return topics.stream().filter(topic -> !there.contains(topic)).toList();
    }

    void create(Collection<NewTopic> topics) {
        admin.createTopics(topics).values().forEach((name, made) -> {
            try {
                get("making the Kafka topic " + name, made);
            } catch (SignalboxException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        });
    }

    Map<String, Integer> partitions(Collection<String> topics) {
        Map<String, Integer> counts = new HashMap<>();
        get(
                        "asking for the partitions of " + topics,
                        admin.describeTopics(topics).allTopicNames())
                .forEach((name, topic) -> counts.put(name, topic.partitions().size()));
        return counts;
    }

    /** The fewest that a partition of each has. */
    Map<String, Integer> replicas(Collection<String> topics) {
        Map<String, Integer> counts = new HashMap<>();
        get("asking for the replicas of " + topics, admin.describeTopics(topics).allTopicNames())
                .forEach((name, topic) -> counts.put(
                        name,
                        topic.partitions().stream()
                                .mapToInt(partition -> partition.replicas().size())
                                .min()
                                .orElse(0)));
        return counts;
    }

    /** What holds for each of these now, whoever has set it. */
    Map<String, Map<String, String>> settings(ConfigResource.Type type, Collection<String> names) {
        Map<String, Map<String, String>> settings = new HashMap<>();
        List<ConfigResource> resources =
                names.stream().map(name -> new ConfigResource(type, name)).toList();
        get(
                        "asking how " + names + " are set up",
                        admin.describeConfigs(resources).all())
                .forEach((resource, config) -> {
                    Map<String, String> values = new HashMap<>();
                    config.entries().stream()
                            .filter(entry -> entry.value() != null)
                            .forEach(entry -> values.put(entry.name(), entry.value()));
                    settings.put(resource.name(), values);
                });
        return settings;
    }

    String anyBroker() {
        Collection<Node> nodes =
                get("asking for the brokers", admin.describeCluster().nodes());
        return nodes.stream()
                .findFirst()
                .orElseThrow(() -> new SignalboxException(ReasonCode.BUSY, "the cluster has no broker"))
                .idString();
    }

    /** What it says of itself; it does not tell its version, but which version of metadata it agreed on. */
    String identity() {
        int brokers =
                get("asking for the brokers", admin.describeCluster().nodes()).size();
        FinalizedVersionRange metadata = get(
                        "asking for the features", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("metadata.version");
        return "Kafka, " + brokers + (brokers == 1 ? " broker" : " brokers")
                + (metadata == null ? "" : ", metadata.version " + metadata.maxVersionLevel());
    }

    /** The offsets of what is written next. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    /** The first that are not older; -1 where there is none. */
    Map<TopicPartition, Long> from(Collection<TopicPartition> partitions, long epochMillis) {
        return offsets(partitions, OffsetSpec.forTimestamp(Math.max(0, epochMillis)));
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (!asked.isEmpty()) {
            get(
                            "asking for offsets",
                            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                    .all())
                    .forEach((partition, info) -> offsets.put(partition, info.offset()));
        }
        return offsets;
    }

    Map<TopicPartition, Position> committed(String group) {
        Map<TopicPartition, Position> positions = new HashMap<>();
        get(
                        "asking for the offsets of " + group,
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        positions.put(partition, Position.of(offset));
                    }
                });
        return positions;
    }

    /** For a group without members. */
    CompletionStage<Void> commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        return offsets.isEmpty()
                ? CompletableFuture.allOf()
                : admin.alterConsumerGroupOffsets(group, offsets).all().toCompletionStage();
    }

    void commitNow(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (!offsets.isEmpty()) {
            get(
                    "committing the offsets of " + group,
                    admin.alterConsumerGroupOffsets(group, offsets).all());
        }
    }

    void forget(Collection<String> groups) {
        admin.deleteConsumerGroups(List.copyOf(groups)).deletedGroups().forEach((group, gone) -> {
            try {
                get("deleting the group " + group, gone);
            } catch (SignalboxException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw e;
                }
            }
        });
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
