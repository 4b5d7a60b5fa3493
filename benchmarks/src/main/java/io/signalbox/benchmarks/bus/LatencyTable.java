package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.AsyncPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@link QueueingLatency} of all peers, each in a JVM of its own, as a table in Markdown. */
final class LatencyTable {
    private static final int COLUMNS = 5;

    private LatencyTable() {}

    static String measure(long phaseMillis, int runs) throws IOException, InterruptedException {
        StringBuilder table = new StringBuilder("""
                | peer | half of its maximum, events/s | 50 %, µs | 99 % | 99.9 % | most |
                | --- | --- | --- | --- | --- | --- |
                """);
        for (AsyncPeer peer : AsyncPeer.values()) {
            double[][] columns = inItsOwnJvm(peer, phaseMillis, runs);
            table.append("| ").append(peer);
            for (double[] column : columns) {
                table.append(" | ").append(spread(column));
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    /** @return a column for each figure, with a value for each run */
    private static double[][] inItsOwnJvm(AsyncPeer peer, long phaseMillis, int runs)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(BusComparison.JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), QueueingLatency.class.getName()));
        command.addAll(List.of(peer.name(), Long.toString(phaseMillis), Integer.toString(runs)));
        Process java = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(peer + " "))
                .toList();
        if (java.waitFor() != 0 || lines.size() != runs) {
            throw new IOException("measuring the latency of " + peer + " ended with exit code " + java.exitValue()
                    + " and " + lines.size() + " of " + runs + " results");
        }
        lines.forEach(System.out::println);
        double[][] columns = new double[COLUMNS][runs];
        for (int run = 0; run < runs; run++) {
            String[] figures = lines.get(run).split(" ");
            for (int column = 0; column < COLUMNS; column++) {
                columns[column][run] = Double.parseDouble(figures[column + 1]);
            }
        }
        return columns;
    }

    private static String spread(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT,
                "%s (%s–%s)",
                JmhTable.text(values[values.length / 2]),
                JmhTable.text(values[0]),
                JmhTable.text(values[values.length - 1]));
    }
}
