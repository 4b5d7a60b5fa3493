package io.signalbox.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the generator finds wrong with a run, by its name in the run's line. */
record Fault(String field, String title) {
    /** What a server does to messages, and to those who send and read them. */
    static final List<Fault> JUDGED = List.of(
            new Fault("lost", "lost"),
            new Fault("dup", "duplicates"),
            new Fault("out_of_order", "out of order"),
            new Fault("foreign", "foreign"),
            new Fault("unsent", "unsent"),
            new Fault("unacked", "unacknowledged"),
            new Fault("disconnects", "disconnects"));

    static final List<Fault> ALL = Stream.concat(JUDGED.stream(), Stream.of(new Fault("stall_resets", "stalls")))
            .toList();

    /** Those judged that a run has: {@code 1,200 out of order}. */
    static List<String> in(JsonNode run) {
        return JUDGED.stream()
                .filter(fault -> run.path(fault.field).asLong(0) > 0)
                .map(fault -> fault.words(run.path(fault.field).asLong()))
                .toList();
    }

    String words(long count) {
        return String.format(Locale.ROOT, "%,d %s", count, title);
    }
}
