package io.signalbox.transports.kafka;

import io.signalbox.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the nodes keep time with each other; other than the default only in tests, which cannot wait so long.
 *
 * @param beatEvery how often a node says that it lives
 * @param silence a node that was not heard for so long is gone
 * @param clusterTime null: what the brokers' clocks say
 */
record Pace(Duration beatEvery, Duration silence, @Nullable TimeSource clusterTime) {
    static final Pace DEFAULT = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(30), null);

    Pace withClusterTime(TimeSource time) {
        return new Pace(beatEvery, silence, time);
    }
}
