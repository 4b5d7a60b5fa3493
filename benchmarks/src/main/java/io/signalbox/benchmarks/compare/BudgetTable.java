package io.signalbox.benchmarks.compare;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one delivered message costs.
 *
 * @param delivered messages in the run that the times are of
 * @param systemSeconds of processor time in the kernel
 * @param samples of running Java code, by station: they share the time of the Java threads out
 * @param calls system calls for each delivered message; null: not counted
 * @param allocatedBytes for each delivered message
 * @param bytesByClass of which classes they are, by shares
 */
record BudgetTable(
        long delivered,
        UserTime user,
        double systemSeconds,
        Map<Station, Long> samples,
        @Nullable Double calls,
        double allocatedBytes,
        Map<String, Long> bytesByClass) {
    private static final int CLASSES_MAX = 6;

    String text() {
        StringBuilder text = new StringBuilder(
                "| station | ns of processor for one delivered message | share |\n| --- | --- | --- |\n");
        long count = samples.values().stream().mapToLong(Long::longValue).sum();
        for (Station station : Station.values()) {
            row(text, station.title, user.java() * samples.getOrDefault(station, 0L) / Math.max(1, count));
        }
        row(text, "garbage collection", user.collector());
        row(text, "compilation", user.compiler());
        row(text, "kernel: sockets, files, waking", systemSeconds);
        row(text, "all", all());
        return text.append(String.format(
                        Locale.ROOT,
                        "%n%d samples: shares are right within %.0f points at best; %s system calls and %.1f allocated"
                                + " bytes for one delivered message%n",
                        count,
                        100 / Math.sqrt(Math.max(1, count)),
                        calls == null ? "unknown" : String.format(Locale.ROOT, "%.4f", calls),
                        allocatedBytes))
                .append(classes())
                .toString();
    }

    /** {@code byte[] 120, a.B 24}, in bytes for each message; empty if nothing was sampled. */
    private String classes() {
        double all = Math.max(
                1, bytesByClass.values().stream().mapToLong(Long::longValue).sum());
        return bytesByClass.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(CLASSES_MAX)
                .map(each ->
                        String.format(Locale.ROOT, "%s %.0f", each.getKey(), allocatedBytes * each.getValue() / all))
                .collect(Collectors.joining(", ", "of these: ", "\n"));
    }

    private double all() {
        return user.java() + user.collector() + user.compiler() + systemSeconds;
    }

    private void row(StringBuilder text, String title, double seconds) {
        text.append(String.format(
                Locale.ROOT, "| %s | %.1f | %.0f %% |%n", title, seconds * 1e9 / delivered, seconds * 100 / all()));
    }
}
