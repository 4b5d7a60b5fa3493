package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeterminismTest {
    private static String run(long seed) throws InterruptedException {
        try (DeterministicBus bus = RandomTraffic.run(DeterministicBus.builder(seed))) {
            bus.close();
            return bus.recording().text();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void theSameSeedGivesTheSameRunToTheLastId(long seed) throws InterruptedException {
        String first = run(seed);
        assertThat(first.lines().count()).isGreaterThan(50);
        for (int again = 0; again < 5; again++) {
            assertThat(run(seed)).isEqualTo(first);
        }
    }

    @Test
    void otherSeedsGiveOtherRuns() throws InterruptedException {
        Set<String> runs = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            runs.add(run(seed));
        }
        assertThat(runs).hasSize(20);
    }
}
