package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.log.store.SimulatedFileStore.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * Lets the n-th call to the disk fail, for each n in turn: 300 in the short form, 10,000 with
 * {@code -Dsignalbox.long=true}; once, a few times, or until healed.
 */
class FaultInjectionTest {
    private static final int POINTS = Boolean.getBoolean("signalbox.long") ? 10_000 : 300;

    private final LogConfig config = LogConfig.defaults(Path.of("memory"))
            .withSegmentBytes(4 * 1024)
            .withSegmentsMax(8)
            .withProbeInterval(Duration.ofMillis(1));

    @Test
    void noFaultLosesASyncedRecordOrNeedsARestart() throws Exception {
        int hits = 0;
        int refusedCommits = 0;
        int failedSyncs = 0;
        SimulatedFileStore store = new SimulatedFileStore();
        Run run = new Run(store, 0);
        try {
            for (int point = 1; point <= POINTS; point++) {
                Fault fault = Fault.values()[point % 3];
                long count = switch (point % 4) {
                    case 0 -> Long.MAX_VALUE;
                    case 1 -> 6;
                    default -> 1;
                };
                if (point % 25 == 0) {
                    refusedCommits += run.totalRefused;
                    failedSyncs += run.totalFailedSyncs.size();
                    run.close();
                    store = new SimulatedFileStore();
                    run = new Run(store, point);
                }
                long before = store.faultsHit();
                store.failAt(1 + (point - 1) % 25 + point / 25, count, fault);
                for (int step = 0; step < 40 || store.faultsHit() == before && step < 10_000; step++) {
                    run.step();
                }
                String what = "point " + point + ", " + fault + " x " + count;
                assertThat(store.faultsHit()).as(what).isGreaterThan(before);
                hits++;
                run.checkReads(what);
                run.checkCut(what, point);
                store.heal();
                run.checkRecovered(what);
                run.checkCut(what, point);
            }
            refusedCommits += run.totalRefused;
            failedSyncs += run.totalFailedSyncs.size();
        } finally {
            run.close();
        }
        System.out.printf(
                "FaultInjectionTest: %,d points hit, %,d commits refused, %,d ranges not synced%n",
                hits, refusedCommits, failedSyncs);
        assertThat(hits).isEqualTo(POINTS);
        assertThat(refusedCommits).isPositive();
        assertThat(failedSyncs).isPositive();
    }

    /** One log under one unlucky disk, and what it promised. */
    private final class Run implements SyncListener {
        private final SimulatedFileStore store;
        private final Log log;
        private final SplittableRandom random;
        private final TreeMap<Long, byte[]> committed = new TreeMap<>();
        private final Map<Long, List<byte[]>> attempted = new HashMap<>();
        private final Map<Long, Long> totalFailedSyncs = new ConcurrentHashMap<>();
        private int totalRefused;
        private volatile long synced;

        Run(SimulatedFileStore store, long seed) throws IOException {
            this.store = store;
            this.random = new SplittableRandom(seed);
            this.log = Log.open(config, store);
            log.onSync(this);
        }

        @Override
        public void onSynced(long position) {
            synced = position;
        }

        @Override
        public void onSyncFailed(long from, long to, IOException cause) {
            totalFailedSyncs.put(from, to);
        }

        void step() {
            TreeMap<Long, byte[]> batch = new TreeMap<>();
            int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 4);
            for (int i = 0; i < count; i++) {
                byte[] payload = new byte[random.nextInt(300)];
                random.nextBytes(payload);
                long position = log.appender().append(1, 1, 0, 0, payload, 0, payload.length);
                batch.put(position, payload);
                attempted.computeIfAbsent(position, p -> new ArrayList<>()).add(payload);
            }
            try {
                log.appender().commit();
                committed.putAll(batch);
            } catch (LogWriteException refused) {
                totalRefused++;
                assertThat(log.endPosition()).isLessThanOrEqualTo(batch.firstKey());
            }
            if (random.nextInt(3) == 0) {
                log.appender().requestSync();
            }
            if (random.nextInt(10) == 0) {
                log.setFloor(synced);
            }
        }

        void checkReads(String what) throws IOException {
            TreeMap<Long, byte[]> seen = new TreeMap<>();
            long start = log.startPosition();
            log.scan(start, Long.MAX_VALUE, record -> {
                seen.put(record.position(), record.copyPayload());
                return true;
            });
            long now = log.startPosition(); // Retention may have gone on meanwhile.
            assertThat(seen.tailMap(now).keySet())
                    .as(what)
                    .isEqualTo(committed.tailMap(now).keySet());
            seen.tailMap(now)
                    .forEach((position, payload) -> assertThat(payload).as(what).isEqualTo(committed.get(position)));
        }

        void checkCut(String what, long seed) throws IOException {
            long promised = synced;
            SimulatedFileStore cut = store.powerCut(seed);
            long start = log.startPosition();
            Map<Long, Long> failed = new HashMap<>(totalFailedSyncs);
            try (Log after = Log.open(config, cut)) {
                TreeMap<Long, byte[]> found = new TreeMap<>();
                after.scan(0, Long.MAX_VALUE, record -> {
                    found.put(record.position(), record.copyPayload());
                    return true;
                });
                committed.subMap(start, Math.max(start, promised)).forEach((position, payload) -> {
                    boolean refused = failed.entrySet().stream()
                            .anyMatch(range -> range.getKey() <= position && position < range.getValue());
                    if (!refused) {
                        assertThat(found.get(position))
                                .as("%s: synced record at %s, %s", what, position, after.recovery())
                                .isEqualTo(payload);
                    }
                });
                found.forEach((position, payload) -> assertThat(attempted.get(position))
                        .as("%s: record at %s", what, position)
                        .anySatisfy(one -> assertThat(one).isEqualTo(payload)));
            }
        }

        void checkRecovered(String what) {
            await().alias(what + ": healthy again")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> log.health().healthy());
            long healed = log.endPosition();
            await().alias(what + ": takes and syncs records again")
                    .atMost(Duration.ofMinutes(1))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> {
                        if (synced > healed) {
                            return true;
                        }
                        if (log.syncedPosition() >= log.endPosition()) {
                            step(); // The first, or the one after what a segment took with it that was given up.
                        }
                        log.appender().requestSync();
                        return false;
                    });
        }

        void close() throws IOException {
            log.close();
        }
    }
}
