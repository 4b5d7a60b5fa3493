package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes of a heap by class, as {@code jcmd GC.class_histogram} prints them. */
record HeapHistogram(Map<String, Long> bytesByClass) {
    /** {@code   1:   52345   4187600  [B (java.base@25.0.1)}. */
    private static final Pattern LINE = Pattern.compile("(?m)^\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)");

    /** @throws IOException with the text, if no class is in it */
    static HeapHistogram parse(String text) throws IOException {
        Map<String, Long> bytes = new HashMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            // Two class loaders may have classes of one name.
            bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
        }
        if (bytes.isEmpty()) {
            throw new IOException("no classes in what jcmd says:\n" + text);
        }
        return new HeapHistogram(bytes);
    }

    double mib() {
        return (double) bytesByClass.values().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                / (1 << 20);
    }

    /** Which classes have more than before, the greatest first: {@code +123.4 KiB [B}. */
    List<String> grownSince(HeapHistogram before, int classesMax) {
        record Grown(String name, long bytes) {}
        return bytesByClass.entrySet().stream()
                .map(now -> new Grown(
                        now.getKey(), now.getValue() - before.bytesByClass().getOrDefault(now.getKey(), 0L)))
                .filter(grown -> grown.bytes() > 0)
                .sorted(Comparator.comparingLong(Grown::bytes).reversed())
                .limit(classesMax)
                .map(grown -> String.format(Locale.ROOT, "%+.1f KiB %s", grown.bytes() / 1_024.0, grown.name()))
                .toList();
    }
}
