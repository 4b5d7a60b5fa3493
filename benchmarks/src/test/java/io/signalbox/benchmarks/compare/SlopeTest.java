package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SlopeTest {
    private static final int POINTS = 180;

    private static double[] seconds() {
        double[] seconds = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            seconds[i] = 10.0 * i;
        }
        return seconds;
    }

    @Test
    void aLeakIsSeenThroughNoiseAndOutliers() {
        Random random = new Random(7);
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = 100 + 0.01 * 10 * i + random.nextGaussian() + (i % 50 == 0 ? 400 : 0);
        }
        Slope slope = Slope.of(seconds(), values);
        assertThat(slope.perSecond()).isCloseTo(0.01, within(0.001));
        assertThat(slope.growth(1_800)).isBetween(0.14, 0.19);
    }

    @Test
    void whatIsFlatIsFlat() {
        Random random = new Random(7);
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = 100 + 5 * random.nextGaussian() + (i == POINTS - 1 ? 10_000 : 0);
        }
        assertThat(Slope.of(seconds(), values).growth(1_800)).isCloseTo(0, within(0.05));
    }

    @Test
    void theHeapIsTheSumOfItsPools() {
        String metrics = """
                # TYPE jvm_memory_used_bytes gauge
                jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 2.097152E7
                jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 1.048576E7
                jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.9E9
                """;
        assertThat(HeapMetrics.mib(metrics, "")).isEqualTo(30);
        assertThat(HeapMetrics.mib(metrics, "Old Gen")).isEqualTo(10);
    }
}
