package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClusterFactsTest {
    private static final ClusterFacts THREE =
            ClusterFacts.of(3, Map.of("min.insync.replicas", "2", "flush.messages", "1", "retention.ms", "3600000"));

    @ParameterizedTest
    @CsvSource({
        "1, 1, 9223372036854775807, BUFFERED",
        "3, 2, 9223372036854775807, BUFFERED",
        "3, 2, 10, BUFFERED",
        "1, 1, 1, SYNCED",
        "3, 1, 1, SYNCED",
        "1, 2, 1, SYNCED",
        "3, 2, 1, REPLICATED"
    })
    void copiesCountWhenTheyAreOnDisks(int replicas, int inSyncMin, long flush, Durability expected) {
        ClusterFacts facts = ClusterFacts.of(
                replicas,
                Map.of("min.insync.replicas", String.valueOf(inSyncMin), "flush.messages", String.valueOf(flush)));
        assertThat(facts.durability()).isEqualTo(expected);
    }

    @Test
    void ofSeveralTopicsTheWorstCounts() {
        ClusterFacts other = ClusterFacts.of(
                2,
                Map.of(
                        "min.insync.replicas", "3",
                        "unclean.leader.election.enable", "true",
                        "cleanup.policy", "compact,delete",
                        "retention.ms", "-1",
                        "retention.bytes", "5"));
        assertThat(THREE.worst(other)).isEqualTo(new ClusterFacts(2, 2, false, true, true, 3_600_000, 5));
        assertThat(other.worst(THREE)).isEqualTo(THREE.worst(other));
    }

    @Test
    void whatIsOnlyCompactedIsNotDeletedByAge() {
        assertThat(ClusterFacts.of(1, Map.of("cleanup.policy", "compact", "retention.ms", "1"))
                        .retentionMillis())
                .isEqualTo(-1);
    }

    @Test
    void theHazardsAreNamed() {
        KafkaConfig config = KafkaConfig.of("host:9092");
        Guarantees three = KafkaGuarantees.of(config, THREE);
        assertThat(three.durability()).startsWith("REPLICATED: ").contains("at least 2 of 3");
        assertThat(three.lossWindow()).contains("the machines of 2 replicas lose their disks at once");
        assertThat(three.retention()).contains(Duration.ofHours(1) + ". ").doesNotContain("compaction");
        Guarantees unclean =
                KafkaGuarantees.of(config, ClusterFacts.of(3, Map.of("unclean.leader.election.enable", "true")));
        assertThat(unclean.lossWindow())
                .contains("of which there may be one")
                .contains("a replica that lags becomes the leader");
        assertThat(KafkaGuarantees.of(config, null).durability()).contains("is not known");
    }
}
