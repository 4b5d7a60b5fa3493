package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.transport.Durability;
import io.signalbox.transports.redis.ServerFacts.Confirm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerFactsTest {
    private static ServerFacts facts(String version, boolean aof, @Nullable String fsync) {
        return ServerFacts.of(
                "# Server\r\nredis_version:" + version + "\r\naof_enabled:" + (aof ? 1 : 0)
                        + "\r\nmaxmemory_policy:noeviction\r\n",
                fsync);
    }

    @ParameterizedTest
    @CsvSource({
        "7.0.15, true, always,   0, SYNCED,     ANSWER",
        "7.0.15, true, everysec, 0, ROUTED,     ANSWER",
        "7.0.15, true, no,       0, BUFFERED,   ANSWER",
        "7.0.15, true, ,         0, ROUTED,     ANSWER",
        "7.0.15, false,always,   0, ROUTED,     ANSWER",
        "7.0.15, true, always,   1, SYNCED,     REPLICAS",
        "7.2.0,  true, always,   0, SYNCED,     ANSWER",
        "7.2.0,  true, everysec, 0, SYNCED,     DISKS",
        "8.0.1,  true, ,         0, SYNCED,     DISKS",
        "7.2.4,  true, always,   2, REPLICATED, DISKS",
        "7.2.4,  false,always,   2, ROUTED,     REPLICAS"
    })
    void theLevelFollowsFromVersionAndSettings(
            String version, boolean aof, @Nullable String fsync, int replicas, Durability level, Confirm confirm) {
        ServerFacts facts = facts(version, aof, fsync);
        assertThat(facts.durability(replicas)).isEqualTo(level);
        assertThat(facts.confirm(replicas)).isEqualTo(confirm);
        assertThat(facts.isTooOld()).isFalse();
    }

    @Test
    void aServerBeforeSevenIsTooOld() {
        assertThat(facts("6.2.14", true, "always").isTooOld()).isTrue();
        assertThat(facts("unknown", true, "always").isTooOld()).isTrue();
    }

    @Test
    void aServerThatEvictsPromisesLittle() {
        ServerFacts facts = new ServerFacts("7.0.15", true, "always", "allkeys-lfu");
        assertThat(facts.durability(0)).isEqualTo(Durability.ROUTED);
    }
}
