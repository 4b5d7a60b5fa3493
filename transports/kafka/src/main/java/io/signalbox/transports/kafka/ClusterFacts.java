package io.signalbox.transports.kafka;

import io.signalbox.transport.Durability;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How the Kafka topics of messages are set up, on which depends what an answered publish is worth. Of several, the worst
 * of each.
 *
 * @param replicas of a partition
 * @param inSyncMin so many of them have a message when it is answered, if there are as many: {@code min.insync.replicas}
 * @param flushed each of them has flushed it by then: {@code flush.messages} is 1
 * @param uncleanElection a replica that lags may lead, and what it does not have is gone
 * @param compacted of an ordering key the newest message alone stays
 * @param retentionMillis -1: for ever
 * @param retentionBytes of a partition; -1: no limit
 */
record ClusterFacts(
        int replicas,
        int inSyncMin,
        boolean flushed,
        boolean uncleanElection,
        boolean compacted,
        long retentionMillis,
        long retentionBytes) {
    private static final long WITHOUT_END = -1;

    /** @param settings by the names that a Kafka topic's have */
    static ClusterFacts of(int replicas, Map<String, String> settings) {
        String cleanup = settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        boolean deletes = cleanup.contains(TopicConfig.CLEANUP_POLICY_DELETE);
        return new ClusterFacts(
                replicas,
                (int) number(settings, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1),
                number(settings, TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, Long.MAX_VALUE) == 1,
                Boolean.parseBoolean(settings.get(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG)),
                cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT),
                deletes ? number(settings, TopicConfig.RETENTION_MS_CONFIG, WITHOUT_END) : WITHOUT_END,
                deletes ? number(settings, TopicConfig.RETENTION_BYTES_CONFIG, WITHOUT_END) : WITHOUT_END);
    }

    private static long number(Map<String, String> settings, String name, long otherwise) {
        String text = settings.get(name);
        return text == null || text.isEmpty() ? otherwise : Long.parseLong(text);
    }

    ClusterFacts worst(ClusterFacts other) {
        return new ClusterFacts(
                Math.min(replicas, other.replicas),
                Math.min(inSyncMin, other.inSyncMin),
                flushed && other.flushed,
                uncleanElection || other.uncleanElection,
                compacted || other.compacted,
                shorter(retentionMillis, other.retentionMillis),
                shorter(retentionBytes, other.retentionBytes));
    }

    private static long shorter(long one, long other) {
        return one == WITHOUT_END ? other : other == WITHOUT_END ? one : Math.min(one, other);
    }

    /** So many replicas have what was answered. */
    int copiesMin() {
        return Math.min(replicas, inSyncMin);
    }

    /** Copies in memory are none on disks, however many there are. */
    Durability durability() {
        return !flushed ? Durability.BUFFERED : copiesMin() > 1 ? Durability.REPLICATED : Durability.SYNCED;
    }
}
