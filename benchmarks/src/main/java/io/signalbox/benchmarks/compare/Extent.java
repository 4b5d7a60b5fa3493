package io.signalbox.benchmarks.compare;

import java.util.Locale;

/** How much of the comparison is run. */
enum Extent {
    /** Small and short, to see that it works; the figures mean little. */
    QUICK(1, 1, 0.5),
    /** Every row of the targets, and in each the brokers that can answer it: half an hour. */
    USUAL(3, 3, 0.7),
    /** Every broker in every row, and longer: hours. */
    FULL(3, 5, 2);

    final int repeat;
    final double seconds;
    final double warmUpSeconds;

    Extent(int repeat, double seconds, double warmUpSeconds) {
        this.repeat = repeat;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Extent ofId(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
