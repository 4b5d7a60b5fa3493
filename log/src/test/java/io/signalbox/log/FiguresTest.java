package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Prints figures of this machine and asserts none but allocation. */
class FiguresTest {
    @TempDir
    Path folder;

    @Test
    void appendingAllocatesNothingPerRecord() throws Exception {
        try (Log log = Log.open(LogConfig.defaults(folder.resolve("log")))) {
            byte[] payload = new byte[100];
            append(log, payload, 0, 5_000, 64, false);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            append(log, payload, 0, 20_000, 64, false);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            // A few arrays for the whole segment: its sparse index grows by doubling.
            assertThat(allocated).as("bytes allocated for 20,000 records").isLessThan(40_000);
        }
    }

    private static void append(Log log, byte[] payload, int keys, int records, int perCommit, boolean sync)
            throws IOException {
        Appender appender = log.appender();
        for (int i = 0; i < records; i++) {
            appender.append(1, keys == 0 ? 0 : 1 + i % keys, i, i, payload, 0, payload.length);
            if (i % perCommit == perCommit - 1) {
                appender.commit();
                if (sync) {
                    appender.requestSync();
                }
            }
        }
        appender.commit();
    }

    @Test
    @EnabledIfSystemProperty(named = "signalbox.long", matches = "true")
    void appendThroughput() throws Exception {
        for (int round = 0; round < 4; round++) {
            boolean sync = round % 2 == 1;
            try (Log log = Log.open(LogConfig.defaults(folder.resolve("append" + round)))) {
                log.setFloor(Long.MAX_VALUE);
                append(log, new byte[100], 100, 500_000, 64, sync);
                int records = 3_000_000;
                long start = System.nanoTime();
                append(log, new byte[100], 100, records, 64, sync);
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "append 100 B, commit per 64%s: %,.0f records/s, %.0f MB/s on disk; %s%n",
                        sync ? ", sync requested per commit" : "",
                        records / seconds,
                        records * 140.75 / seconds / 1e6,
                        log.stats());
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "signalbox.long", matches = "true")
    void recoveryOfOneGigabyte() throws Exception {
        LogConfig config = LogConfig.defaults(folder.resolve("recover"));
        long snapshot;
        try (Log log = Log.open(config)) {
            append(log, new byte[1024], 100, 1_000_000, 32, false);
            snapshot = log.endPosition();
        }
        for (boolean verify : new boolean[] {false, true}) {
            long start = System.nanoTime();
            try (Log log = Log.open(config.withVerifyOnOpen(verify))) {
                long opened = System.nanoTime();
                AtomicLong sum = new AtomicLong();
                log.scan(0, Long.MAX_VALUE, record -> {
                    sum.addAndGet(record.length());
                    return true;
                });
                long scanned = System.nanoTime();
                System.out.printf(
                        "open %s: %.2f s, scan of %,d bytes: %.2f s; %d scanned, %d trusted%n",
                        verify ? "with verify" : "after a clean close",
                        (opened - start) / 1e9,
                        sum.get(),
                        (scanned - opened) / 1e9,
                        log.recovery().segmentsScanned(),
                        log.recovery().segmentsTrusted());
                assertThat(sum.get()).isEqualTo(1_000_000L * 1024);
                assertThat(log.endPosition()).isEqualTo(snapshot);
            }
        }
    }
}
