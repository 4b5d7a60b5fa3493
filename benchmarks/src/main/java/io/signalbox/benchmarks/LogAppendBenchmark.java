package io.signalbox.benchmarks;

import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.LogWriteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appending records and writing them 64 at a time, without waiting for the disk. {@code java -jar
 * benchmarks/target/benchmarks.jar LogAppendBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogAppendBenchmark {
    private static final int BATCH = 64;

    @Param({"100", "1024"})
    int recordBytes = 100;

    private byte[] payload = {};
    private @Nullable Path folder;
    private @Nullable Log log;
    private @Nullable Appender appender;
    private long sequence;

    @Setup
    public void open() throws IOException {
        payload = new byte[recordBytes];
        folder = Files.createTempDirectory("signalbox-bench");
        log = Log.open(LogConfig.defaults(folder).withSegmentsMax(20));
        appender = log.appender();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long append() throws LogWriteException {
        Appender to = appender;
        if (to == null) {
            throw new IllegalStateException("not set up");
        }
        for (int i = 0; i < BATCH; i++) {
            to.append(1, 42, ++sequence, sequence, payload, 0, payload.length);
        }
        to.commit();
        return to.end();
    }

    @TearDown
    public void close() throws IOException {
        if (log != null) {
            log.close();
        }
        if (folder != null) {
            List<Path> files;
            try (Stream<Path> walk = Files.walk(folder)) {
                files = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
