package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What the JDK's own tool asks of a JVM that runs. */
final class Jcmd {
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

    /** What of the heap is reachable: a full collection is part of the question, and may make the heap smaller. */
    static HeapHistogram reachable(long pid) throws IOException, InterruptedException {
        return HeapHistogram.parse(run(pid, "GC.class_histogram"));
    }
}
