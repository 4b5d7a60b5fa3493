package io.signalbox.broker;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import java.time.Duration;
import java.util.List;

/**
 * Everything about the broker that an operator may choose.
 *
 * @param historyPerTopic messages of each topic kept for a look back
 * @param historyBytesMax bound of all histories in memory together; beyond it a topic keeps its newest message alone
 * @param topicsMax topics remembered; beyond it, those longest unused are forgotten with their history, but for those
 *     that have a retained message
 * @param topicBytesMax the same by the length of their names: bound against strangers who invent topics
 * @param transientQueueBytesMax bound of what waits for one connection that reads too slowly, beyond which at most once
 *     deliveries to it are dropped
 * @param deliveryAttemptsMax failed deliveries before the dead letters; 1 and 3 retries by default
 * @param retryDelays before each retry; the last one is repeated
 * @param suspectGrace how long a lost connection may stay away before its session counts as offline
 * @param policies the first whose filter matches a topic decides; none: {@link TopicPolicy#DEFAULT}
 * @param snapshotBytes of log between two snapshots: bounds the time of recovery
 */
public record BrokerConfig(
        int historyPerTopic,
        long historyBytesMax,
        int topicsMax,
        long topicBytesMax,
        long transientQueueBytesMax,
        int deliveryAttemptsMax,
        List<Duration> retryDelays,
        Duration suspectGrace,
        Duration deduplicationWindow,
        int deduplicationEntriesMax,
        int sessionsMax,
        int subscriptionsPerSessionMax,
        long snapshotBytes,
        List<TopicPolicy> policies) {

    public static final BrokerConfig DEFAULT = new BrokerConfig(
            100,
            64L << 20,
            1_000_000,
            128L << 20,
            16L << 20,
            4,
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            100_000,
            1_000_000,
            10_000,
            128L << 20,
            List.of());

    public BrokerConfig withPolicies(List<TopicPolicy> list) {
        return new BrokerConfig(
                historyPerTopic,
                historyBytesMax,
                topicsMax,
                topicBytesMax,
                transientQueueBytesMax,
                deliveryAttemptsMax,
                retryDelays,
                suspectGrace,
                deduplicationWindow,
                deduplicationEntriesMax,
                sessionsMax,
                subscriptionsPerSessionMax,
                snapshotBytes,
                List.copyOf(list));
    }

    public BrokerConfig withRetry(int attemptsMax, List<Duration> delays) {
        return new BrokerConfig(
                historyPerTopic,
                historyBytesMax,
                topicsMax,
                topicBytesMax,
                transientQueueBytesMax,
                attemptsMax,
                List.copyOf(delays),
                suspectGrace,
                deduplicationWindow,
                deduplicationEntriesMax,
                sessionsMax,
                subscriptionsPerSessionMax,
                snapshotBytes,
                policies);
    }

    public BrokerConfig withSuspectGrace(Duration grace) {
        return new BrokerConfig(
                historyPerTopic,
                historyBytesMax,
                topicsMax,
                topicBytesMax,
                transientQueueBytesMax,
                deliveryAttemptsMax,
                retryDelays,
                grace,
                deduplicationWindow,
                deduplicationEntriesMax,
                sessionsMax,
                subscriptionsPerSessionMax,
                snapshotBytes,
                policies);
    }

    public BrokerConfig withTopics(int max, long bytesMax) {
        return new BrokerConfig(
                historyPerTopic,
                historyBytesMax,
                max,
                bytesMax,
                transientQueueBytesMax,
                deliveryAttemptsMax,
                retryDelays,
                suspectGrace,
                deduplicationWindow,
                deduplicationEntriesMax,
                sessionsMax,
                subscriptionsPerSessionMax,
                snapshotBytes,
                policies);
    }

    public BrokerConfig withTransientQueueBytesMax(long bytes) {
        return new BrokerConfig(
                historyPerTopic,
                historyBytesMax,
                topicsMax,
                topicBytesMax,
                bytes,
                deliveryAttemptsMax,
                retryDelays,
                suspectGrace,
                deduplicationWindow,
                deduplicationEntriesMax,
                sessionsMax,
                subscriptionsPerSessionMax,
                snapshotBytes,
                policies);
    }

    public BrokerConfig withSnapshotBytes(long bytes) {
        return new BrokerConfig(
                historyPerTopic,
                historyBytesMax,
                topicsMax,
                topicBytesMax,
                transientQueueBytesMax,
                deliveryAttemptsMax,
                retryDelays,
                suspectGrace,
                deduplicationWindow,
                deduplicationEntriesMax,
                sessionsMax,
                subscriptionsPerSessionMax,
                bytes,
                policies);
    }

    /**
     * How much a topic's messages are worth.
     *
     * @param atMostOnce durability before a QoS 0 publish counts as done; above ROUTED it is logged
     * @param acknowledged durability before a QoS 1 or 2 publish is acknowledged
     * @param bestEffort go on without the log when the disk fails, and say so in each receipt's durability
     */
    public record TopicPolicy(TopicFilter filter, Durability atMostOnce, Durability acknowledged, boolean bestEffort) {
        public static final TopicPolicy DEFAULT =
                new TopicPolicy(TopicFilter.ofMqtt("#"), Durability.ROUTED, Durability.SYNCED, false);
    }
}
