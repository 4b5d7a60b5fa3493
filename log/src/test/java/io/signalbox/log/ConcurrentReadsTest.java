package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentReadsTest {
    private static final int RECORDS = 300_000;

    @TempDir
    Path folder;

    @Test
    void readersSeeEveryCommittedRecordWhileOthersAreAppendedAndInterruptsDoNoHarm() throws Exception {
        LogConfig config = LogConfig.defaults(folder.resolve("log"))
                .withSegmentBytes(256 * 1024)
                .withSegmentsMax(8)
                .withProbeInterval(Duration.ofMillis(20));
        AtomicLongArray positions = new AtomicLongArray(RECORDS);
        AtomicLong committed = new AtomicLong();
        try (ExecutorService pool = Executors.newFixedThreadPool(3);
                Log log = Log.open(config)) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int r = 0; r < 3; r++) {
                int reader = r;
                readers.add(pool.submit(() -> read(log, positions, committed, reader)));
            }
            byte[] payload = new byte[100];
            for (int i = 0; i < RECORDS; i++) {
                ByteBuffer.wrap(payload).putInt(i);
                positions.set(i, log.appender().append(1, 1 + i % 10, i, i, payload, 0, payload.length));
                if (i % 16 == 15) {
                    log.appender().commit();
                    log.appender().requestSync();
                    committed.set(i + 1);
                    log.setFloor(positions.get(Math.max(0, i - 20_000)));
                }
            }
            long reads = 0;
            for (Future<Long> reader : readers) {
                reads += reader.get();
            }
            assertThat(reads).isPositive();
            assertThat(log.stats().segmentsRemoved()).isPositive();
        }
    }

    private static long read(Log log, AtomicLongArray positions, AtomicLong committed, int seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        long reads = 0;
        while (committed.get() < RECORDS) {
            int count = (int) committed.get();
            if (count == 0) {
                Thread.onSpinWait();
                continue;
            }
            int i = Math.max(0, count - 1 - random.nextInt(10_000));
            if (random.nextInt(500) == 0) {
                Thread.currentThread().interrupt();
            }
            LogRecord record;
            try {
                record = log.read(positions.get(i));
            } catch (RecordNotFoundException e) {
                // This thread may have slept until retention overtook it; nothing else excuses a miss.
                assertThat(positions.get(i)).isLessThan(log.startPosition());
                continue;
            } finally {
                Thread.interrupted();
            }
            if (record.sequence() != i || ByteBuffer.wrap(record.copyPayload()).getInt() != i) {
                throw new AssertionError("wrong record for " + i + ": " + record);
            }
            if (random.nextInt(200) == 0) {
                scanSome(log, positions.get(i), i);
            }
            reads++;
        }
        return reads;
    }

    private static void scanSome(Log log, long from, int first) throws Exception {
        long[] next = {first};
        boolean[] gap = {false};
        log.scan(from, log.endPosition(), new RecordVisitor() {
            @Override
            public boolean onRecord(LogRecord record) {
                gap[0] |= record.sequence() != next[0]++;
                return next[0] < first + 500;
            }

            @Override
            public void onGap(long gapFrom, long gapTo, String reason) {
                gap[0] = true;
            }
        });
        assertThat(gap[0] && log.startPosition() <= from)
                .as("gap after %s", first)
                .isFalse();
        for (long position : log.newest(3, Long.MAX_VALUE, 5)) {
            try {
                assertThat(log.read(position).key()).isEqualTo(3);
            } catch (RecordNotFoundException e) {
                assertThat(position).isLessThan(log.startPosition());
            }
        }
    }
}
