package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.log.store.SimulatedFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at random moments of a random run and opens what is left. Short: 500 cuts; with
 * {@code -Dsignalbox.long=true} 100,000. {@code -Dsignalbox.seed=} repeats a run as far as threads allow.
 */
class PowerCutTest {
    private static final int CUTS = Boolean.getBoolean("signalbox.long") ? 100_000 : 500;

    private final LogConfig config = LogConfig.defaults(Path.of("memory"))
            .withSegmentBytes(8 * 1024)
            .withSegmentsMax(6)
            .withProbeInterval(Duration.ofMillis(20));

    /** Payloads that stand, or stood, at a position. */
    private final Map<Long, List<byte[]>> written = new HashMap<>();

    @Test
    void everySyncedRecordSurvivesAPowerCutAndNothingElseAppears() throws Exception {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedFileStore store = new SimulatedFileStore();
        int cuts = 0;
        int recordsSeen = 0;
        long gaps = 0;
        try {
            while (cuts < CUTS) {
                Log log = Log.open(config, store);
                SimulatedFileStore next = store;
                try {
                    TreeMap<Long, byte[]> committed = contentOf(log);
                    int steps = 5 + random.nextInt(60);
                    for (int step = 0; step < steps && cuts < CUTS; step++) {
                        commitSome(log, random, committed);
                        if (random.nextInt(3) == 0) {
                            log.appender().requestSync();
                        }
                        if (random.nextInt(8) == 0) {
                            log.snapshots().write(log.syncedPosition(), out -> out.writeLong(42));
                        }
                        if (random.nextInt(4) == 0) {
                            log.setFloor(log.syncedPosition());
                        }
                        if (random.nextInt(3) == 0) {
                            long synced = log.syncedPosition();
                            next = store.powerCut(random.nextLong());
                            long start = log.startPosition();
                            recordsSeen += check(next.afterKill(), committed, synced, start);
                            cuts++;
                        }
                    }
                } finally {
                    log.close();
                }
                store = random.nextInt(10) == 0 ? new SimulatedFileStore() : next;
                if (store != next) {
                    written.clear();
                }
                gaps += log.recovery().damages().size();
            }
        } catch (AssertionError | Exception e) {
            throw new AssertionError("seed " + seed + ", cut " + cuts, e);
        }
        System.out.printf(
                "PowerCutTest seed %d: %,d cuts, %,d records read after them, %,d damages met at opening%n",
                seed, cuts, recordsSeen, gaps);
        assertThat(recordsSeen).as("seed %s", seed).isGreaterThan(CUTS);
        assertThat(gaps).as("torn tails and holes met, seed %s", seed).isPositive();
    }

    private void commitSome(Log log, SplittableRandom random, TreeMap<Long, byte[]> committed) throws IOException {
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 8);
        TreeMap<Long, byte[]> batch = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(random.nextInt(50) == 0 ? 12_000 : 400)];
            random.nextBytes(payload);
            long position = log.appender()
                    .append(1, 1 + random.nextInt(5), log.appender().end(), 0, payload, 0, payload.length);
            batch.put(position, payload);
        }
        batch.forEach((position, payload) ->
                written.computeIfAbsent(position, p -> new ArrayList<>()).add(payload));
        log.appender().commit();
        committed.putAll(batch);
    }

    private TreeMap<Long, byte[]> contentOf(Log log) throws IOException {
        TreeMap<Long, byte[]> content = new TreeMap<>();
        log.scan(0, Long.MAX_VALUE, record -> {
            content.put(record.position(), record.copyPayload());
            return true;
        });
        return content;
    }

    private int check(SimulatedFileStore cut, TreeMap<Long, byte[]> committed, long synced, long start)
            throws IOException {
        try (Log log = Log.open(config, cut)) {
            TreeMap<Long, byte[]> recovered = contentOf(log);
            committed
                    .subMap(start, synced)
                    .forEach((position, payload) -> assertThat(recovered.get(position))
                            .as("record at %s below synced %s; report %s", position, synced, log.recovery())
                            .isEqualTo(payload));
            recovered.forEach((position, payload) -> assertThat(written.get(position))
                    .as("record at %s", position)
                    .anySatisfy(one -> assertThat(one).isEqualTo(payload)));
            for (Map.Entry<Long, byte[]> entry : recovered.entrySet()) {
                assertThat(log.read(entry.getKey()).copyPayload()).isEqualTo(entry.getValue());
            }
            int postings = 0;
            for (int key = 1; key <= 5; key++) {
                postings += log.newest(key, Long.MAX_VALUE, Integer.MAX_VALUE).length;
            }
            assertThat(postings)
                    .as("postings; report %s; stats %s; %s", log.recovery(), log.stats(), missing(log, recovered))
                    .isEqualTo(recovered.size());
            // And it goes on.
            log.appender().append(1, 0, log.endPosition(), 0, new byte[10], 0, 10);
            log.appender().commit();
            return recovered.size();
        }
    }

    private static String missing(Log log, TreeMap<Long, byte[]> recovered) throws IOException {
        TreeMap<Long, Integer> posted = new TreeMap<>();
        for (int key = 1; key <= 5; key++) {
            for (long position : log.newest(key, Long.MAX_VALUE, Integer.MAX_VALUE)) {
                posted.merge(position, 1, Integer::sum);
            }
        }
        TreeMap<Long, byte[]> unposted = new TreeMap<>(recovered);
        unposted.keySet().removeAll(posted.keySet());
        posted.keySet().removeAll(recovered.keySet());
        return "not posted " + unposted.keySet() + ", posted without record " + posted;
    }
}
