package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.SimulatedFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Cuts and flips the bytes of a segment; each case is a recovery of its own. Short forms take a smaller segment, or
 * strides; {@code -Dsignalbox.long=true} takes every byte of a 1 MiB segment and every bit of one of 64 KiB, which takes
 * minutes.
 */
class DamageTest {
    private static final boolean LONG = Boolean.getBoolean("signalbox.long");

    private record Written(SimulatedFileStore store, String name, TreeMap<Long, byte[]> records, List<Long> batchEnds) {
        long[] positions() {
            return records.keySet().stream().mapToLong(Long::longValue).toArray();
        }
    }

    private static LogConfig config(int segmentBytes) {
        return LogConfig.defaults(Path.of("memory"))
                .withSegmentBytes(segmentBytes)
                .withSparesMax(1);
    }

    /** Fills one segment with commits of a few records. */
    private static Written write(int segmentBytes, int payloadMax) throws IOException {
        SimulatedFileStore store = new SimulatedFileStore();
        SplittableRandom random = new SplittableRandom(1);
        TreeMap<Long, byte[]> records = new TreeMap<>();
        List<Long> batchEnds = new ArrayList<>();
        try (Log log = Log.open(config(segmentBytes), store)) {
            long sequence = 0;
            while (log.endPosition() < segmentBytes - 10 * (payloadMax + 100)) {
                int count = 1 + random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    byte[] payload = new byte[random.nextInt(payloadMax)];
                    random.nextBytes(payload);
                    long position = log.appender().append(1, 3, sequence++, 0, payload, 0, payload.length);
                    records.put(position, payload);
                }
                log.appender().commit();
                batchEnds.add(log.endPosition());
                if (batchEnds.size() % 50 == 0) {
                    log.appender().requestSync();
                    await().until(() -> log.syncedPosition() == log.endPosition());
                }
            }
            assertThat(log.stats().segments()).isEqualTo(1);
        }
        return new Written(store, FileNames.segment(0), records, batchEnds);
    }

    private static SimulatedFileStore with(Written written, byte[] bytes) throws IOException {
        SimulatedFileStore store = new SimulatedFileStore();
        store.overwrite(FileNames.FORMAT, written.store.contents(FileNames.FORMAT));
        store.overwrite(written.name, bytes);
        return store;
    }

    private static TreeMap<Long, byte[]> recovered(LogConfig config, SimulatedFileStore store, List<Damage> damages)
            throws IOException {
        Recovery.Result result = new Recovery(store, config).run();
        damages.addAll(result.report().damages());
        TreeMap<Long, byte[]> content = new TreeMap<>();
        reader(result, store, config).scan(0, Long.MAX_VALUE, record -> {
            content.put(record.position(), record.copyPayload());
            return true;
        });
        return content;
    }

    private static LogReader reader(Recovery.Result result, FileStore store, LogConfig config) {
        return new LogReader(
                new SegmentList(result.segments()),
                new IndexCache(store, 0),
                result::end,
                new Counters(),
                config.recordBytesMax());
    }

    @Test
    void aTailCutAtAnyByteLeavesExactlyTheWholeBatchesBefore() throws Exception {
        int segmentBytes = LONG ? 1024 * 1024 : 16 * 1024;
        Written written = write(segmentBytes, LONG ? 1_000 : 200);
        byte[] bytes = written.store.contents(written.name);
        assertThat(bytes).hasSize(segmentBytes);
        int share = segmentBytes / 16;
        int reports = 0;
        int cases = 0;
        try (ExecutorService pool =
                Executors.newFixedThreadPool(2 * Runtime.getRuntime().availableProcessors())) {
            List<Future<Integer>> shares = new ArrayList<>();
            for (int from = segmentBytes; from >= 0; from -= share) {
                int first = Math.max(0, from - share + 1); // The long ones first.
                int last = from;
                shares.add(pool.submit(() -> cutEach(written, bytes, first, last)));
                cases += last - first + 1;
            }
            for (Future<Integer> done : shares) {
                reports += done.get();
            }
        }
        System.out.printf(
                "DamageTest: %,d cuts of a segment of %,d batches and %,d records, %,d torn tails reported%n",
                cases, written.batchEnds.size(), written.records.size(), reports);
        assertThat(cases).isEqualTo(bytes.length + 1);
        assertThat(reports).isGreaterThan(1_000);
    }

    /** Cuts at each offset from the first to the last; returns how many torn tails were reported. */
    private static int cutEach(Written written, byte[] bytes, int first, int last) throws IOException {
        LogConfig config = config(bytes.length);
        CutStore store = new CutStore(written.name, bytes);
        long[] positions = written.positions();
        int contentEnd = written.batchEnds.getLast().intValue();
        byte[] expected = new byte[bytes.length]; // Whole batches, then zeros.
        int shown = -1;
        int reports = 0;
        for (int cut = first; cut <= last; cut++) {
            int whole = Layout.SEGMENT_HEADER;
            for (long end : written.batchEnds) {
                if (end > cut) {
                    break;
                }
                whole = (int) end;
            }
            store.cut(cut);
            Recovery.Result result = new Recovery(store, config).run();
            if (whole != shown || cut <= Layout.SEGMENT_HEADER) {
                System.arraycopy(bytes, 0, expected, 0, whole);
                int records = written.records.headMap((long) whole).size();
                assertShows(result, store, config, positions, records, bytes, "cut at " + cut);
                shown = whole;
            }
            List<Damage> damages = result.report().damages();
            if (cut < Layout.SEGMENT_HEADER) {
                continue;
            }
            // The same bytes show the same records, so that the scan above speaks for all cuts up to the next.
            assertThat(result.end()).as("cut at %s", cut).isEqualTo(whole);
            assertThat(store.holds(expected)).as("cut at %s", cut).isTrue();
            if (cut > whole && cut < contentEnd) {
                // The torn bytes are named to the last that is not zero.
                assertThat(damages).as("cut at %s", cut).hasSize(1);
                assertThat(damages.getFirst().kind()).isEqualTo(Damage.Kind.TORN_TAIL);
                assertThat(damages.getFirst().fromPosition()).isEqualTo(whole);
                assertThat(damages.getFirst().toPosition()).isBetween(whole + 1L, (long) cut);
                reports++;
            } else {
                assertThat(damages).as("cut at %s", cut).isEmpty();
            }
        }
        return reports;
    }

    /** That a scan shows the first records, each with the bytes that were written, and nothing else. */
    private static void assertShows(
            Recovery.Result result,
            CutStore store,
            LogConfig config,
            long[] positions,
            int records,
            byte[] bytes,
            String what)
            throws IOException {
        int[] seen = {0};
        reader(result, store, config).scan(0, Long.MAX_VALUE, record -> {
            int at = (int) record.position();
            int end = (int) record.nextPosition();
            int from = record.offset() - Layout.RECORD_HEADER;
            if (seen[0] >= records
                    || positions[seen[0]] != at
                    || !Arrays.equals(record.array(), from, from + end - at, bytes, at, end)) {
                throw new AssertionError(what + ": wrong record at " + at);
            }
            seen[0]++;
            return true;
        });
        assertThat(seen[0]).as("records after %s", what).isEqualTo(records);
    }

    @Test
    void aFlippedBitCostsItsBatchAloneAndIsReportedExactly() throws Exception {
        int segmentBytes = 64 * 1024;
        Written written = write(segmentBytes, 300);
        byte[] bytes = written.store.contents(written.name);
        LogConfig config = config(segmentBytes);
        CutStore store = new CutStore(written.name, bytes);
        long[] positions = written.positions();
        int last = written.batchEnds.getLast().intValue();
        int stride = LONG ? 1 : 331;
        int cases = 0;
        for (int bit = 0; bit < bytes.length * 8; bit += bit < Layout.SEGMENT_HEADER * 8 + 1000 ? 1 : stride) {
            int at = bit >> 3;
            store.cut(bytes.length);
            store.flip(bit);
            Recovery.Result result = new Recovery(store, config).run();
            assertThat(result.report().damages()).as("bit %s", bit).hasSize(1);
            Damage damage = result.report().damages().getFirst();
            long from = Layout.SEGMENT_HEADER;
            long to = last;
            for (long end : written.batchEnds) {
                from = end <= at ? end : from;
                to = end > at ? Math.min(to, end) : to;
            }
            long[] expected = positions;
            if (at < Layout.SEGMENT_HEADER) {
                assertThat(damage.kind()).as("bit %s", bit).isEqualTo(Damage.Kind.HEADER);
            } else {
                long first = from;
                long behind = to;
                expected = Arrays.stream(positions)
                        .filter(position -> position < first || position >= behind)
                        .toArray();
                assertThat(damage.fromPosition()).as("bit %s", bit).isEqualTo(from);
                if (at < last && to < last) {
                    assertThat(damage.kind()).as("bit %s", bit).isEqualTo(Damage.Kind.CORRUPT);
                    assertThat(damage.toPosition()).as("bit %s", bit).isEqualTo(to);
                    assertThat(damage.firstSequenceAfter() - Math.max(-1, damage.lastSequenceBefore()) - 1)
                            .isEqualTo(positions.length - expected.length);
                } else {
                    assertThat(damage.kind()).as("bit %s", bit).isEqualTo(Damage.Kind.TORN_TAIL);
                }
            }
            assertShows(result, store, config, expected, expected.length, bytes, "bit " + bit);
            cases++;
        }
        System.out.printf("DamageTest: %,d flipped bits of a segment of %,d bytes%n", cases, bytes.length);
    }

    @Test
    void damageInASealedSegmentIsAGapForReadersAndExactForTheInspector() throws Exception {
        SimulatedFileStore store = new SimulatedFileStore();
        LogConfig config = config(8 * 1024);
        List<Long> positions = new ArrayList<>();
        try (Log log = Log.open(config, store)) {
            for (int i = 0; i < 400; i++) {
                positions.add(LogTest.append(log, 2, i, "record " + i));
                log.appender().commit();
            }
        }
        int victim = 10;
        String name = FileNames.segment(0);
        byte[] bytes = store.contents(name);
        bytes[positions.get(victim).intValue() + Layout.RECORD_HEADER] ^= 4;
        store.overwrite(name, bytes);
        long from = positions.get(victim) - Layout.BATCH_HEADER;
        long to = positions.get(victim + 1) - Layout.BATCH_HEADER;

        VerifyReport report = LogInspector.of(store).verify();
        assertThat(report.records()).isEqualTo(399);
        assertThat(report.damages()).hasSize(1);
        Damage damage = report.damages().getFirst();
        assertThat(damage.fromPosition()).isEqualTo(from);
        assertThat(damage.toPosition()).isEqualTo(to);
        assertThat(damage.lastSequenceBefore()).isEqualTo(victim - 1);
        assertThat(damage.firstSequenceAfter()).isEqualTo(victim + 1);

        try (Log log = Log.open(config, store)) {
            List<String> gaps = new ArrayList<>();
            int[] count = {0};
            log.scan(0, Long.MAX_VALUE, new RecordVisitor() {
                @Override
                public boolean onRecord(LogRecord record) {
                    count[0]++;
                    return true;
                }

                @Override
                public void onGap(long gapFrom, long gapTo, String reason) {
                    gaps.add(gapFrom + "-" + gapTo);
                }
            });
            assertThat(count[0]).isEqualTo(399);
            assertThat(gaps).containsExactly(from + "-" + to);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> log.read(positions.get(victim)))
                    .isInstanceOf(CorruptRecordException.class)
                    .hasMessageContaining("position " + positions.get(victim));
        }
        try (Log log = Log.open(config.withVerifyOnOpen(true), store)) {
            assertThat(log.recovery().damages()).hasSize(1);
            Damage found = log.recovery().damages().getFirst();
            assertThat(found.fromPosition()).isEqualTo(from);
            assertThat(found.toPosition()).isEqualTo(to);
            assertThat(store.contents(found.quarantine().orElseThrow()))
                    .isEqualTo(Arrays.copyOfRange(bytes, (int) from, (int) to));
        }
    }

    @Test
    void everyFileOfAnyContentIsOpenedOrRefusedCleanly() throws Exception {
        SimulatedFileStore original = new SimulatedFileStore();
        LogConfig config = config(8 * 1024);
        try (Log log = Log.open(config, original)) {
            for (int i = 0; i < 300; i++) {
                LogTest.append(log, i % 3, i, "record " + i);
                log.appender().commit();
            }
            log.snapshots().write(log.endPosition(), out -> out.writeLong(1));
        }
        SplittableRandom random = new SplittableRandom(2);
        int rounds = LONG ? 20_000 : 300;
        for (int round = 0; round < rounds; round++) {
            SimulatedFileStore store = original.afterKill();
            for (String name : original.list()) {
                if (random.nextInt(3) == 0 && !name.equals(FileNames.FORMAT)) {
                    store.overwrite(name, spoil(original.contents(name), random));
                }
            }
            List<Damage> damages = new ArrayList<>();
            TreeMap<Long, byte[]> content = recovered(config, store, damages);
            content.forEach(
                    (position, payload) -> assertThat(new String(payload, java.nio.charset.StandardCharsets.UTF_8))
                            .startsWith("record "));
            new SnapshotFiles(store, new Folder(store)).latest();
            LogInspector.of(store).verify();
            LogInspector.of(store).stat();
        }
    }

    private static byte[] spoil(byte[] bytes, SplittableRandom random) {
        byte[] spoiled = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(spoiled, random.nextInt(bytes.length + 1));
            }
            case 1 -> random.nextBytes(spoiled);
            case 2 -> {
                int from = random.nextInt(bytes.length + 1);
                Arrays.fill(spoiled, from, from + random.nextInt(bytes.length - from + 1), (byte) 0xff);
            }
            default -> {
                for (int i = 0; i < 5 && spoiled.length > 0; i++) {
                    spoiled[random.nextInt(spoiled.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return spoiled;
    }
}
