package io.signalbox.codecs.schema;

import java.util.Comparator;
import java.util.List;

/**
 * Who can read whom: each version that arrived at a receiver, what became of it, and how often. A line with MISMATCH is a
 * receiver that wants an upgrade, or a sender that was upgraded too early.
 *
 * @param lines sorted by schema, receiver, version and outcome
 */
public record CompatibilityReport(List<Line> lines) {
    /** What became of a message. */
    public enum Outcome {
        READ,
        UPCAST,
        /** The receiver's rule did not let it in. */
        MISMATCH,
        /** The rule did, the codec could not. */
        UNREADABLE
    }

    /**
     * @param receiver name of the class that it was to be read as
     * @param accepts what the receiver's rule lets in
     * @param version as the messages named it; {@code none} for those that did not, {@code other} beyond a bound
     */
    public record Line(String schema, String receiver, String accepts, String version, Outcome outcome, long count) {}

    static CompatibilityReport of(List<Line> lines) {
        return new CompatibilityReport(lines.stream()
                .sorted(Comparator.comparing(Line::schema)
                        .thenComparing(Line::receiver)
                        .thenComparing(Line::version)
                        .thenComparing(Line::outcome))
                .toList());
    }

    /** No message was turned away. */
    public boolean isCompatible() {
        return lines.stream().noneMatch(line -> line.outcome() == Outcome.MISMATCH);
    }

    /** A table for people, one line for each. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder("schema\tversion\toutcome\tcount\treceiver\taccepts\n");
        for (Line line : lines) {
            table.append(String.join(
                            "\t",
                            line.schema(),
                            line.version(),
                            line.outcome().name(),
                            Long.toString(line.count()),
                            line.receiver(),
                            line.accepts()))
                    .append('\n');
        }
        return table.toString();
    }
}
