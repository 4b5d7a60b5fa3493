package io.signalbox.benchmarks.compare;

import java.util.Arrays;

/**
 * The trend of a series: the median of the slopes between all pairs of its points (Theil–Sen), which a few wild points
 * do not move.
 *
 * @param perSecond of the values' unit
 * @param median of the values
 */
record Slope(double perSecond, double median) {
    static Slope of(double[] seconds, double[] values) {
        int n = values.length;
        double[] slopes = new double[n * (n - 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                slopes[at++] = (values[j] - values[i]) / (seconds[j] - seconds[i]);
            }
        }
        return new Slope(median(slopes), median(values));
    }

    private static double median(double[] values) {
        return values.length == 0
                ? 0
                : Spread.of(Arrays.copyOf(values, values.length)).median();
    }

    /** What it grows by in so long, as a share of the median. */
    double growth(double seconds) {
        return median == 0 ? 0 : perSecond * seconds / median;
    }
}
