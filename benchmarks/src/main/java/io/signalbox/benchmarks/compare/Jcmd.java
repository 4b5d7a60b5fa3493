package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the JDK's own tool asks of a JVM that runs. */
final class Jcmd {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private Jcmd() {}

    /** @throws IOException with what the tool says, if the JVM does not do it */
    static String run(long pid, String... command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        ProcessBuilder builder = new ProcessBuilder(jcmd, Long.toString(pid));
        builder.command().addAll(List.of(command));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
        return output;
    }

    /** Mebibytes of the heap that are reachable: a full collection is part of the question. */
    static double liveMib(long pid) throws IOException, InterruptedException {
        String histogram = run(pid, "GC.class_histogram");
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("no total in what jcmd says:\n" + histogram);
        }
        return Double.parseDouble(total.group(1)) / (1 << 20);
    }
}
