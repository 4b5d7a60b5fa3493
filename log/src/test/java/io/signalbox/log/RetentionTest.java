package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.log.store.SimulatedFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private final SimulatedFileStore store = new SimulatedFileStore();
    private final LogConfig config = LogConfig.defaults(Path.of("memory"))
            .withSegmentBytes(4 * 1024)
            .withSegmentsMax(4)
            .withProbeInterval(Duration.ofMillis(5));

    private static void fill(Log log, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            LogTest.append(log, 1, i, "record " + i);
            log.appender().commit();
        }
    }

    @Test
    void nothingIsRemovedBeforeTheFloorIsSet() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 1_000);
            await().until(() -> log.stats().spares() == 2);
            assertThat(log.stats().segments()).isGreaterThan(10);
            assertThat(LogTest.all(log)).hasSize(1_000);
        }
    }

    @Test
    void aSegmentThatHoldsThePositionOfTheFloorStays() throws Exception {
        List<String> removed = Collections.synchronizedList(new ArrayList<>());
        try (Log log = Log.open(config, store)) {
            log.onSegmentRemoved((first, end, reason) -> removed.add(first + "-" + end + " " + reason));
            fill(log, 0, 500);
            long floor = log.positionAtSequence(123);
            log.setFloor(floor);
            await().until(() -> !removed.isEmpty());
            fill(log, 500, 1_000);
            await().until(() -> log.stats().spares() == 2);
            // Exactly what is gone was told, without a gap between the ranges. It goes after it is told.
            await().untilAsserted(() -> {
                long told = 0;
                for (String line : List.copyOf(removed)) {
                    assertThat(line).startsWith(told + "-").endsWith(" SEGMENTS_MAX");
                    told = Long.parseLong(line.substring(line.indexOf('-') + 1, line.indexOf(' ')));
                }
                assertThat(told).isEqualTo(log.startPosition());
            });
            assertThat(LogTest.text(log.read(floor))).isEqualTo("record 123");
            assertThat(log.startPosition()).isPositive().isLessThanOrEqualTo(floor);
            assertThat(LogTest.all(log)).contains("record 123", "record 999").doesNotContain("record 0");
            assertThatThrownBy(() -> log.read(104)).isInstanceOf(RecordNotFoundException.class);
            log.setFloor(Long.MAX_VALUE);
            await().until(() -> log.stats().segments() == 4);
        }
    }

    @Test
    void anOperatorMayLetRetentionIgnoreTheFloor() throws Exception {
        List<Long> ends = Collections.synchronizedList(new ArrayList<>());
        try (Log log = Log.open(config.withRetentionIgnoresFloor(true), store)) {
            log.onSegmentRemoved((first, end, reason) -> ends.add(end));
            log.setFloor(0);
            fill(log, 0, 1_000);
            await().until(() -> log.stats().segments() == 4);
            await().until(() -> ends.contains(log.startPosition()));
        }
    }

    @Test
    void oldSegmentsGoByTheirNewestRecord() throws Exception {
        long[] now = {1_000};
        LogConfig aged = config.withSegmentsMax(1_000)
                .withAgeMax(Duration.ofSeconds(1))
                .withClock(() -> Instant.ofEpochMilli(now[0]));
        List<RemovalReason> reasons = Collections.synchronizedList(new ArrayList<>());
        try (Log log = Log.open(aged, store)) {
            log.onSegmentRemoved((first, end, reason) -> reasons.add(reason));
            log.setFloor(Long.MAX_VALUE);
            fill(log, 0, 1_000); // Times are 1000 + sequence.
            assertThat(reasons).isEmpty();
            now[0] = 2_501; // Older than 1501 goes: 501 records and the rest of their segment stays.
            await().until(() -> !reasons.isEmpty());
            await().until(() -> log.stats().spares() == 2);
            assertThat(LogTest.all(log)).contains("record 501", "record 999").doesNotContain("record 10");
            assertThat(reasons).containsOnly(RemovalReason.AGE_MAX);
        }
    }

    @Test
    void segmentsFromTheOlderSnapshotOnStay() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 200);
            long first = log.positionAtSequence(150);
            log.snapshots().write(first, out -> out.writeInt(1));
            log.snapshots().write(log.endPosition(), out -> out.writeInt(2));
            log.setFloor(Long.MAX_VALUE);
            fill(log, 200, 1_000);
            await().until(() -> log.startPosition() > 0);
            await().until(() -> log.stats().spares() == 2);
            assertThat(log.startPosition()).isLessThanOrEqualTo(first);
            assertThat(LogTest.text(log.read(first))).isEqualTo("record 150");
        }
    }

    @Test
    void aRecycledSegmentNeverShowsStaleRecords() throws Exception {
        try (Log log = Log.open(config, store)) {
            log.setFloor(Long.MAX_VALUE);
            for (int i = 0; i < 2_000; i++) {
                LogTest.append(log, 1, i, "record " + i);
                log.appender().commit();
                if (i % 50 == 0) {
                    int last = i;
                    await().until(() ->
                            log.stats().segments() <= 4 && log.stats().spares() == 2);
                    // What a process finds that was killed here: old bytes lie behind the end of a recycled file.
                    SimulatedFileStore killed = store.afterKill();
                    try (Log after = Log.open(config, killed)) {
                        assertThat(after.recovery().damages()).isEmpty();
                        List<String> records = LogTest.all(after);
                        assertThat(records.getLast()).isEqualTo("record " + last);
                        int first = last - records.size() + 1;
                        for (int j = 0; j < records.size(); j++) {
                            assertThat(records.get(j)).isEqualTo("record " + (first + j));
                        }
                    }
                }
            }
            assertThat(log.stats().segmentsRecycled()).isGreaterThan(20);
        }
        assertThat(LogInspector.of(store).verify().clean()).isTrue();
        assertThat(LogInspector.of(store).stat()).anyMatch(SegmentStat::recycled);
    }

    @Test
    void aFullDiskRefusesWritesServesReadsAndRecoversByItself() throws Exception {
        store.capacity(40 * 1024);
        try (Log log = Log.open(config.withSegmentsMax(1_000), store)) {
            int written = 0;
            LogWriteException refusal = null;
            while (refusal == null) {
                LogTest.append(log, 1, written, "record " + written);
                try {
                    log.appender().commit();
                    written++;
                } catch (LogWriteException e) {
                    refusal = e;
                }
            }
            assertThat(refusal.kind()).isEqualTo(LogWriteException.Kind.FULL);
            assertThat(refusal).hasMessageContaining("no space");
            assertThat(log.health()).isInstanceOf(LogHealth.Full.class);
            assertThat(LogTest.all(log)).hasSize(written);
            LogTest.append(log, 1, written, "refused");
            assertThatThrownBy(() -> log.appender().commit()).isInstanceOf(LogWriteException.class);

            store.capacity(Long.MAX_VALUE);
            await().until(() -> log.health().healthy());
            LogTest.append(log, 1, written, "after");
            log.appender().commit();
            assertThat(LogTest.all(log)).hasSize(written + 1).endsWith("after").doesNotContain("refused");
        }
    }

    @Test
    void aFullDiskIsFreedByRetentionWhenTheFloorMoves() throws Exception {
        store.capacity(40 * 1024);
        try (Log log = Log.open(config, store)) {
            int[] written = {0};
            assertThatThrownBy(() -> {
                        while (true) {
                            fill(log, written[0], ++written[0]);
                        }
                    })
                    .isInstanceOf(LogWriteException.class);
            log.setFloor(log.endPosition());
            await().until(() -> log.health().healthy());
            fill(log, written[0], written[0] + 10);
        }
    }

    @Test
    void whatRetentionRemovedIsNoDamageAfterAPowerCut() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 1_000);
            log.appender().requestSync();
            await().until(() -> log.syncedPosition() == log.endPosition());
            log.setFloor(Long.MAX_VALUE);
            await().until(() -> log.stats().segments() == 4);
            for (int seed = 0; seed < 40; seed++) {
                try (Log after = Log.open(config, store.powerCut(seed))) {
                    assertThat(after.recovery().damages()).as("seed %s", seed).isEmpty();
                    assertThat(LogTest.all(after)).endsWith("record 999");
                }
            }
        }
    }

    @Test
    void aReaderThatRetentionOvertakesIsToldSo() throws Exception {
        LogConfig large = config.withSegmentBytes(256 * 1024).withSegmentsMax(2);
        byte[] payload = new byte[8 * 1024];
        try (Log log = Log.open(large, store)) {
            List<String> gaps = new ArrayList<>();
            List<Long> seen = new ArrayList<>();
            append(log, payload, 0, 100);
            long end = log.endPosition();
            log.scan(0, end, new RecordVisitor() {
                @Override
                public boolean onRecord(LogRecord record) {
                    if (seen.isEmpty()) {
                        overtake();
                    }
                    seen.add(record.sequence());
                    return true;
                }

                private void overtake() {
                    log.setFloor(Long.MAX_VALUE);
                    await().until(() -> log.stats().segments() == 2);
                    int next = 100;
                    while (log.stats().segmentsRecycled() < 4) {
                        try {
                            append(log, payload, next, ++next);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }
                }

                @Override
                public void onGap(long from, long to, String reason) {
                    gaps.add(reason);
                }
            });
            assertThat(seen).isSorted().doesNotHaveDuplicates().allMatch(sequence -> sequence < 100);
            assertThat(gaps).isNotEmpty().allMatch(reason -> reason.contains("removed by retention"));
        }
    }

    private static void append(Log log, byte[] payload, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            log.appender().append(7, 1, i, 1_000, payload, 0, payload.length);
            log.appender().commit();
        }
    }
}
