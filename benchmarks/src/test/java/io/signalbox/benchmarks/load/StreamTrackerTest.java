package io.signalbox.benchmarks.load;

import static io.signalbox.benchmarks.load.StreamTracker.Verdict.DUPLICATE;
import static io.signalbox.benchmarks.load.StreamTracker.Verdict.IN_ORDER;
import static io.signalbox.benchmarks.load.StreamTracker.Verdict.LATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamTrackerTest {
    /** Against a plain set, for disturbances that stay within what is remembered. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theVerdictIsThatOfASetOfAllNumbers(long seed) {
        Random random = new Random(seed);
        StreamTracker tracker = new StreamTracker(2);
        Set<Integer> seen = new HashSet<>();
        int highest = -1;
        for (int i = 0; i < 10_000; i++) {
            int sequence = Math.max(0, highest + 1 + (random.nextInt(4) == 0 ? random.nextInt(-60, 20) : 0));
            StreamTracker.Verdict expected = sequence > highest ? IN_ORDER : seen.contains(sequence) ? DUPLICATE : LATE;
            assertThat(tracker.onMessage(1, sequence))
                    .as("seed %d, message %d, sequence %d", seed, i, sequence)
                    .isEqualTo(expected);
            seen.add(sequence);
            highest = Math.max(highest, sequence);
        }
        assertThat(tracker.onMessage(0, 0)).as("another stream").isEqualTo(IN_ORDER);
    }
}
