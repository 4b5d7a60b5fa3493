package io.signalbox.benchmarks.compare;

import java.util.List;
import java.util.stream.Stream;

/** What the generator finds wrong with a run, by its name in the run's line. */
record Fault(String field, String title) {
    /** What a server does to messages. */
    static final List<Fault> JUDGED = List.of(
            new Fault("lost", "lost"),
            new Fault("dup", "duplicates"),
            new Fault("out_of_order", "out of order"),
            new Fault("unsent", "unsent"));

    static final List<Fault> ALL = Stream.concat(
                    JUDGED.stream(),
                    Stream.of(new Fault("stall_resets", "stalls"), new Fault("disconnects", "disconnects")))
            .toList();
}
