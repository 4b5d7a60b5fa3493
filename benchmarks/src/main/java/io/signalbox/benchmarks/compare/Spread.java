package io.signalbox.benchmarks.compare;

import java.util.Arrays;

/** Median, least and most of the runs of one broker. */
record Spread(double median, double least, double most) {
    /** @param values at least one */
    static Spread of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    Spread times(double factor) {
        return new Spread(median * factor, least * factor, most * factor);
    }

    /** Whether the ranges have something in common. */
    boolean meets(Spread other) {
        return least <= other.most && other.least <= most;
    }

    String text(Metric metric) {
        return least == most
                ? metric.format(median)
                : metric.format(median) + " (" + metric.format(least) + "–" + metric.format(most) + ")";
    }
}
