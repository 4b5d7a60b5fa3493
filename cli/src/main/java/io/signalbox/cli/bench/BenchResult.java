package io.signalbox.cli.bench;

import org.HdrHistogram.Histogram;

/**
 * What was measured between warm-up and end; {@code missing} and {@code duplicates} are over the whole run.
 *
 * @param latency from publish to arrival, nanoseconds
 * @param acknowledgement from publish to its acknowledgement (QoS 0: to its being written), nanoseconds
 * @param missing deliveries that did not come within the time to drain
 * @param duplicates deliveries that came twice, or out of order
 */
public record BenchResult(
        double seconds,
        long sent,
        long received,
        Histogram latency,
        Histogram acknowledgement,
        long missing,
        long duplicates) {}
