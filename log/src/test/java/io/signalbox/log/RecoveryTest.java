package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.log.store.SimulatedFileStore.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What opening makes of files that no run of this program leaves behind on a good disk. */
class RecoveryTest {
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

    private static void sync(Log log) {
        log.appender().requestSync();
        await().until(() -> log.syncedPosition() == log.endPosition());
    }

    private List<String> segments() {
        return store.list().stream()
                .filter(name -> name.endsWith(FileNames.SEGMENT))
                .sorted()
                .toList();
    }

    @Test
    void whatOpeningCallsSyncedIsOnTheDiskEvenAfterAnEarlierSyncDroppedIt() throws Exception {
        SimulatedFileStore killed;
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 1);
            sync(log);
            fill(log, 1, 2);
            await().until(() -> log.stats().spares() == 2);
            store.failAt(1, 1, Fault.EIO); // The system throws the written pages away, and still shows them.
            sync(log);
            assertThat(log.stats().syncFailures()).isEqualTo(1);
            killed = store.afterKill();
        }
        try (Log log = Log.open(config, killed)) {
            assertThat(LogTest.all(log)).containsExactly("record 0", "record 1");
            assertThat(log.syncedPosition()).isEqualTo(log.endPosition());
            for (int seed = 0; seed < 20; seed++) {
                try (Log after = Log.open(config, killed.powerCut(seed))) {
                    assertThat(LogTest.all(after)).as("seed %s", seed).containsExactly("record 0", "record 1");
                }
            }
        }
    }

    @Test
    void aHeaderFromARecycledFilesEarlierLifeCostsTheHeaderAlone() throws Exception {
        List<String> all;
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 200);
            sync(log);
            all = LogTest.all(log);
        }
        for (String name : segments().subList(1, segments().size())) {
            SimulatedFileStore lost = store.afterKill();
            byte[] bytes = lost.contents(name);
            ByteBuffer stale = ByteBuffer.allocate(Layout.SEGMENT_HEADER);
            new SegmentHeader(0, 4 * 1024, 77, 1, true).put(stale, 0);
            System.arraycopy(stale.array(), 0, bytes, 0, Layout.SEGMENT_HEADER);
            lost.overwrite(name, bytes);
            try (Log log = Log.open(config, lost)) {
                assertThat(LogTest.all(log)).as(name).isEqualTo(all);
                assertThat(log.recovery().damages()).as(name).hasSize(1);
                assertThat(log.recovery().damages().getFirst().kind()).isEqualTo(Damage.Kind.HEADER);
            }
        }
    }

    @Test
    void aSegmentThatWasBeingRecycledIsDeleted() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 10);
            sync(log);
        }
        byte[] bytes = store.contents(FileNames.segment(0));
        store.overwrite(FileNames.segment(100_000), bytes); // Renamed, and nothing of its new content written.
        try (Log log = Log.open(config, store)) {
            assertThat(LogTest.all(log)).hasSize(10);
            assertThat(log.recovery().clean()).isTrue();
            assertThat(log.recovery().notes())
                    .anySatisfy(note -> assertThat(note).contains("being recycled"));
        }
    }

    @Test
    void anUnreadableSegmentInTheMiddleIsReportedOnceAndSetAside() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 200);
        }
        List<String> names = segments();
        String victim = names.get(2);
        byte[] noise = store.contents(victim);
        new SplittableRandom(3).nextBytes(noise);
        store.overwrite(victim, noise);
        try (Log log = Log.open(config, store)) {
            assertThat(log.recovery().damages()).hasSize(1);
            Damage damage = log.recovery().damages().getFirst();
            assertThat(damage.fromPosition()).isEqualTo(FileNames.number(victim, FileNames.SEGMENT));
            assertThat(damage.toPosition()).isEqualTo(FileNames.number(names.get(3), FileNames.SEGMENT));
            assertThat(store.contents(damage.quarantine().orElseThrow())).isEqualTo(noise);
            int lost = (int) (damage.firstSequenceAfter() - damage.lastSequenceBefore() - 1);
            assertThat(LogTest.all(log)).hasSize(200 - lost);
            String[] gap = {""};
            log.scan(0, Long.MAX_VALUE, new RecordVisitor() {
                @Override
                public boolean onRecord(LogRecord record) {
                    return true;
                }

                @Override
                public void onGap(long from, long to, String reason) {
                    gap[0] += from + "-" + to;
                }
            });
            assertThat(gap[0]).isEqualTo(damage.fromPosition() + "-" + damage.toPosition());
        }
    }

    @Test
    void unreadableSegmentsInARowAreReportedEachByItself() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 250);
        }
        List<String> names = segments();
        for (String victim : names.subList(1, 4)) {
            store.overwrite(victim, new byte[4 * 1024]);
        }
        try (Log log = Log.open(config, store)) {
            assertThat(log.recovery().damages()).hasSize(3);
            for (int i = 0; i < 3; i++) {
                Damage damage = log.recovery().damages().get(i);
                assertThat(damage.file()).isEqualTo(names.get(1 + i));
                assertThat(damage.fromPosition()).isEqualTo(FileNames.number(names.get(1 + i), FileNames.SEGMENT));
                assertThat(damage.toPosition()).isEqualTo(FileNames.number(names.get(2 + i), FileNames.SEGMENT));
                assertThat(store.list()).contains(damage.quarantine().orElseThrow());
            }
        }
    }

    @Test
    void aSealedSegmentWithADamagedHeaderBelievesItsIndexAndNotAPayloadThatLooksLikeABatch() throws Exception {
        byte[] trap = new byte[Layout.BATCH_HEADER + Layout.RECORD_HEADER];
        ByteBuffer forged = ByteBuffer.wrap(trap);
        long at = Layout.SEGMENT_HEADER + Layout.BATCH_HEADER + Layout.RECORD_HEADER;
        forged.putInt(Layout.BATCH_HEADER, Layout.RECORD_HEADER);
        forged.putInt(0, Layout.BATCH_MAGIC).putInt(Layout.BATCH_LENGTH_AT, trap.length);
        forged.putInt(Layout.BATCH_COUNT_AT, 1).putLong(Layout.BATCH_POSITION_AT, at);
        forged.putLong(Layout.BATCH_EPOCH_AT, 666);
        forged.putInt(Layout.BATCH_CRC_AT, Layout.crc(trap, Layout.CRC_FROM, trap.length));
        try (Log log = Log.open(config, store)) {
            log.appender().append(7, 1, 0, 0, trap, 0, trap.length);
            log.appender().commit();
            fill(log, 1, 200);
        }
        byte[] bytes = store.contents(FileNames.segment(0));
        Arrays.fill(bytes, 0, (int) at, (byte) 0x55); // The header, and the head of the first batch.
        store.overwrite(FileNames.segment(0), bytes);
        try (Log log = Log.open(config, store)) {
            List<String> found = LogTest.all(log);
            assertThat(found).hasSize(199).startsWith("record 1").endsWith("record 199");
        }
        assertThat(LogInspector.of(store).verify().records()).isEqualTo(199);
    }

    @Test
    void anIndexOfAnotherEpochVouchesForNothing() throws Exception {
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 200);
        }
        Summary summary = Objects.requireNonNull(IndexFile.readSummary(store, 0));
        Summary other = new Summary(
                0, summary.epoch() + 1, summary.end(), 1, 0, 0, 0, 0, summary.unfinishedOffset(), List.of());
        IndexFile.write(store, other, new ActiveIndex().seal());
        try (Log log = Log.open(config, store)) {
            assertThat(log.recovery().segmentsTrusted()).isEqualTo(log.stats().segments() - 2);
            assertThat(log.stats().records()).isEqualTo(200);
            assertThat(log.newest(1, Long.MAX_VALUE, 1_000)).hasSize(200);
        }
    }

    @Test
    void aBatchThatStandsAtAnothersPlaceIsNoBatch() throws Exception {
        long from;
        long to;
        try (Log log = Log.open(config, store)) {
            fill(log, 10, 12);
            from = log.endPosition();
            fill(log, 12, 13);
            to = log.endPosition();
            fill(log, 13, 14);
        }
        byte[] bytes = store.contents(FileNames.segment(0));
        int length =
                (int) (to - from); // All batches here have one length: the disk wrote this one where it was not sent.
        System.arraycopy(bytes, (int) from - length, bytes, (int) from, length);
        store.overwrite(FileNames.segment(0), bytes);
        try (Log log = Log.open(config, store)) {
            assertThat(LogTest.all(log)).containsExactly("record 10", "record 11", "record 13");
            assertThat(log.recovery().damages()).hasSize(1);
            assertThat(log.recovery().damages().getFirst().fromPosition()).isEqualTo(from);
            assertThat(log.recovery().damages().getFirst().toPosition()).isEqualTo(to);
        }
    }

    @Test
    void aHoleIsCalledSyncedOnlyIfItWas() throws Exception {
        SimulatedFileStore killed;
        long hole;
        try (Log log = Log.open(config, store)) {
            fill(log, 0, 1);
            sync(log);
            hole = log.endPosition();
            fill(log, 1, 2);
            await().until(() -> log.stats().spares() == 2);
            LogTest.append(log, 1, 2, "pending"); // Its place is in the segment that is about to be given up.
            store.failAt(1, 1, Fault.EIO);
            log.appender().requestSync();
            await().until(() -> log.stats().syncFailures() == 1 && log.syncedPosition() == log.endPosition());
            log.appender().commit();
            killed = store.afterKill();
        }
        byte[] bytes = killed.contents(FileNames.segment(0));
        bytes[(int) hole + Layout.BATCH_HEADER]++;
        killed.overwrite(FileNames.segment(0), bytes);
        try (Log log = Log.open(config, killed)) {
            assertThat(log.recovery().damages()).hasSize(1);
            assertThat(log.recovery().damages().getFirst().fromPosition()).isEqualTo(hole);
            assertThat(log.recovery().damages().getFirst().reason()).doesNotContain("it had been synced");
        }
    }

    @Test
    void openingDeletesNoTemporaryFileButItsOwn() throws Exception {
        byte[] theirs = "a letter".getBytes(StandardCharsets.UTF_8);
        store.overwrite("letter.tmp", theirs);
        for (String ours : List.of(
                FileNames.index(4) + FileNames.TEMPORARY,
                FileNames.snapshot(5) + FileNames.TEMPORARY,
                FileNames.FORMAT + FileNames.TEMPORARY,
                FileNames.PROBE)) {
            store.overwrite(ours, theirs);
        }
        Log.open(config, store).close();
        assertThat(store.contents("letter.tmp")).isEqualTo(theirs);
        assertThat(store.list().stream().filter(name -> name.endsWith(FileNames.TEMPORARY)))
                .containsExactly("letter.tmp");
    }
}
