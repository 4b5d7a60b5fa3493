package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.log.store.SimulatedFileStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncFailureTest {
    private final SimulatedFileStore store = new SimulatedFileStore();
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final LogConfig config =
            LogConfig.defaults(Path.of("memory")).withSegmentBytes(8 * 1024).withProbeInterval(Duration.ofMillis(5));

    private Log open() throws IOException {
        Log log = Log.open(config, store);
        log.onSync(new SyncListener() {
            @Override
            public void onSynced(long position) {
                events.add("synced " + position);
            }

            @Override
            public void onSyncFailed(long from, long to, IOException cause) {
                events.add("failed " + from + "-" + to + " " + cause.getMessage());
            }
        });
        quiet(log);
        return log;
    }

    /** Waits until housekeeping is done, so that the next call to the disk is the test's own. */
    private void quiet(Log log) {
        long[] calls = {-1};
        await().until(() -> {
            long before = calls[0];
            calls[0] = store.calls();
            return log.stats().spares() == 2 && before == calls[0];
        });
    }

    private static void commit(Log log, int sequence) throws IOException {
        LogTest.append(log, 1, sequence, "record " + sequence);
        log.appender().commit();
    }

    private void sync(Log log) {
        String end = Long.toString(log.endPosition());
        log.appender().requestSync();
        await().until(() -> !events.isEmpty() && events.getLast().contains(end));
    }

    @Test
    void aFailedSyncNamesItsRangeAndTheLogGoesOnInANewSegment() throws Exception {
        try (Log log = open()) {
            commit(log, 1);
            sync(log);
            long from = log.endPosition();
            commit(log, 2);
            long to = log.endPosition();
            quiet(log);
            store.failAt(1, 1, Fault.EIO);
            sync(log);
            commit(log, 3);
            sync(log);
            assertThat(events)
                    .containsExactly(
                            "synced " + from,
                            "failed " + from + "-" + to + " Input/output error",
                            "synced " + log.endPosition());
            assertThat(log.stats().segments()).isEqualTo(2);
            assertThat(log.stats().syncFailures()).isEqualTo(1);
            // What was not synced is still served while the system has it; after a power cut it is gone.
            assertThat(LogTest.all(log)).containsExactly("record 1", "record 2", "record 3");
            await().until(() -> log.health().healthy());
            try (Log after = Log.open(config, store.powerCut(1))) {
                assertThat(LogTest.all(after)).containsExactly("record 1", "record 3");
                assertThat(after.recovery().damages()).hasSize(1);
                Damage damage = after.recovery().damages().getFirst();
                assertThat(damage.fromPosition()).isEqualTo(from);
                assertThat(damage.toPosition()).isEqualTo(to);
                assertThat(damage.lastSequenceBefore()).isEqualTo(1);
                assertThat(damage.firstSequenceAfter()).isEqualTo(3);
            }
        }
    }

    @Test
    void whatIsCommittedToAGivenUpSegmentIsRefusedToo() throws Exception {
        try (Log log = open()) {
            commit(log, 1);
            sync(log);
            commit(log, 2);
            quiet(log);
            LogTest.append(log, 1, 3, "pending"); // Its position lies in the segment that is about to fail.
            store.failAt(1, 1, Fault.EIO);
            sync(log);
            long from = log.endPosition();
            log.appender().commit();
            sync(log);
            assertThat(events.getLast()).startsWith("failed " + from + "-" + log.endPosition() + " an earlier sync");
        }
    }

    @Test
    void aCommitOverSeveralSegmentsThatFailsLeavesNothing() throws Exception {
        for (int call = 1; call <= 12; call++) {
            SimulatedFileStore fresh = new SimulatedFileStore();
            try (Log log = Log.open(config, fresh)) {
                await().until(() -> log.stats().spares() == 2);
                commit(log, 1);
                long end = log.endPosition();
                for (int i = 0; i < 500; i++) {
                    LogTest.append(log, 1, i, "part of a large commit " + i);
                }
                fresh.failAt(call, 1, Fault.EIO);
                try {
                    log.appender().commit();
                } catch (LogWriteException refused) {
                    assertThat(log.endPosition()).isEqualTo(end);
                    assertThat(LogTest.all(log)).containsExactly("record 1");
                    assertThat(log.newest(1, Long.MAX_VALUE, 10)).hasSize(1);
                    commit(log, 2);
                    assertThat(LogTest.all(log)).containsExactly("record 1", "record 2");
                    try (Log after = Log.open(config, fresh.afterKill())) {
                        assertThat(LogTest.all(after))
                                .as("killed after call %s failed", call)
                                .containsExactly("record 1", "record 2");
                    }
                }
            }
        }
    }

    @Test
    void aCommitWhoseLastSegmentIsLostIsTakenBackAsAWhole() throws Exception {
        long end;
        try (Log log = open()) {
            commit(log, 1);
            end = log.endPosition();
            for (int i = 0; i < 500; i++) {
                LogTest.append(log, 1, i, "part of a large commit " + i);
            }
            log.appender().commit();
            assertThat(log.stats().segments()).isGreaterThan(3);
        }
        List<String> segments = store.list().stream()
                .filter(name -> name.endsWith(FileNames.SEGMENT))
                .sorted()
                .toList();
        SimulatedFileStore lost = store.afterKill();
        lost.delete(segments.getLast());
        try (Log log = Log.open(config, lost)) {
            assertThat(LogTest.all(log)).containsExactly("record 1");
            assertThat(log.recovery().damages())
                    .isNotEmpty()
                    .allMatch(damage -> damage.kind() == Damage.Kind.UNFINISHED_BATCH);
            assertThat(log.recovery().damages().getFirst().fromPosition()).isEqualTo(end);
            commit(log, 2);
            assertThat(LogTest.all(log)).containsExactly("record 1", "record 2");
        }
        try (Log log = Log.open(config, lost)) {
            assertThat(LogTest.all(log)).containsExactly("record 1", "record 2");
        }
    }

    @Test
    void aSnapshotBeyondTheLogKeepsItsPositionsFromBeingUsedTwice() throws Exception {
        long position;
        SimulatedFileStore cut;
        try (Log log = open()) {
            commit(log, 1);
            sync(log);
            cut = store.afterKill();
            commit(log, 2);
            position = log.endPosition();
            log.snapshots().write(position, out -> out.writeInt(2));
        }
        cut.overwrite(FileNames.snapshot(position), store.contents(FileNames.snapshot(position)));
        try (Log log = Log.open(config, cut)) {
            assertThat(log.recovery().damages()).hasSize(1);
            assertThat(log.endPosition()).isEqualTo(position);
            assertThat(LogTest.append(log, 1, 3, "record 3")).isGreaterThan(position);
            log.appender().commit();
            assertThat(LogTest.all(log)).containsExactly("record 1", "record 3");
        }
        try (Log log = Log.open(config, cut)) {
            assertThat(LogTest.all(log)).containsExactly("record 1", "record 3");
        }
    }

    @Test
    void aReadOnlyDiskAtOpenSaysSo() throws Exception {
        open().close();
        store.failAt(1, Long.MAX_VALUE, Fault.EROFS);
        assertThatThrownBy(() -> Log.open(config, store)).hasMessageContaining("Read-only file system");
        store.heal();
        open().close();
    }

    @Test
    void theRangeOfAFailedSyncIsToldBeforeThePositionPassesIt() throws Exception {
        try (Log log = open()) {
            commit(log, 1);
            sync(log);
            long from = log.endPosition();
            List<Long> seen = Collections.synchronizedList(new ArrayList<>());
            log.onSync(new SyncListener() {
                @Override
                public void onSynced(long position) {}

                @Override
                public void onSyncFailed(long first, long to, IOException cause) {
                    seen.add(log.syncedPosition());
                }
            });
            commit(log, 2);
            quiet(log);
            store.failAt(1, 1, Fault.EIO);
            sync(log);
            await().until(() -> log.syncedPosition() == log.endPosition());
            assertThat(seen).containsExactly(from);
        }
    }

    @Test
    void aNameThatWasTakenBackIsGoneForGoodBeforeAnythingElseIsSynced() throws Exception {
        InterferingStore interfering = new InterferingStore(store);
        try (Log log = Log.open(config, interfering)) {
            quiet(log);
            commit(log, 0);
            quiet(log);
            await().until(() -> log.syncedPosition() == log.endPosition());
            commit(log, 1); // So that there is something to sync meanwhile.
            long first = log.endPosition();
            byte[] large = new byte[1_000];
            for (int i = 0; i < 40; i++) {
                log.appender().append(7, 1, 1, 1, large, 0, large.length);
            }
            int[] renames = {0};
            interfering.beforeRenameTo = name -> {
                if (name.endsWith(FileNames.SEGMENT) && ++renames[0] == 2) {
                    throw new IOException("No space left on device");
                }
            };
            interfering.beforeDelete = name -> {
                if (name.equals(FileNames.PROBE)) {
                    throw new IOException("No space left on device"); // A probe would force the folder too.
                }
                if (name.endsWith(FileNames.SEGMENT)) {
                    log.appender().requestSync(); // Forces the folder while the name is still there.
                    await().until(() -> log.syncedPosition() == first);
                }
            };
            assertThatThrownBy(() -> log.appender().commit()).isInstanceOf(LogWriteException.class);
            assertThat(log.stats().segments()).isEqualTo(1);
            // Beyond the base of the segment that was taken back, and still in the first.
            int next = 2;
            while (log.endPosition() + 120 <= 8 * 1024) {
                commit(log, next++);
            }
            assertThat(log.stats().segments()).isEqualTo(1);
            log.appender().requestSync();
            await().until(() -> log.syncedPosition() == log.endPosition());
            for (int seed = 0; seed < 50; seed++) {
                try (Log after = Log.open(config, store.powerCut(seed))) {
                    assertThat(LogTest.all(after)).as("seed %s", seed).hasSize(next);
                    assertThat(after.recovery().clean()).isTrue();
                }
            }
        }
    }

    @Test
    void noNameCountsAsDurableThatAFailedForceOfTheFolderWasToSave() throws Exception {
        List<String> failed = Collections.synchronizedList(new ArrayList<>());
        try (Log log = Log.open(config, store)) {
            quiet(log);
            log.onSync(new SyncListener() {
                @Override
                public void onSynced(long position) {}

                @Override
                public void onSyncFailed(long from, long to, IOException cause) {
                    failed.add(from + "-" + to);
                }
            });
            store.failDirectoryForces(1, Fault.EIO);
            for (int i = 0; i < 400; i++) {
                LogTest.append(log, 1, i, "part of a large commit " + i);
            }
            log.appender().commit();
            long end = log.endPosition();
            await().until(() -> log.syncedPosition() == end);
            assertThat(failed).hasSize(log.stats().segments());
            assertThat(failed.getFirst()).startsWith("0-");
            assertThat(failed.getLast()).endsWith("-" + end);
            commit(log, 401);
            log.appender().requestSync();
            await().until(() -> log.syncedPosition() == log.endPosition());
            for (int seed = 0; seed < 20; seed++) {
                try (Log after = Log.open(config, store.powerCut(seed))) {
                    assertThat(LogTest.all(after)).as("seed %s", seed).endsWith("record 401");
                }
            }
        }
    }

    @Test
    void aListenerThatBreaksDoesNotEndTheSyncing() throws Exception {
        try (Log log = open()) {
            int[] calls = {0};
            log.onSync(new SyncListener() {
                @Override
                public void onSynced(long position) {
                    if (++calls[0] == 1) {
                        throw new OutOfMemoryError("as if");
                    }
                }

                @Override
                public void onSyncFailed(long from, long to, IOException cause) {}
            });
            commit(log, 1);
            sync(log);
            commit(log, 2);
            sync(log);
            await().until(() -> log.syncedPosition() == log.endPosition());
            assertThat(calls[0]).isGreaterThan(1);
        }
    }

    @Test
    void aRefusedCommitDoesNotComeBackAfterAKillEvenIfAllOfItWasWritten() throws Exception {
        try (Log log = open()) {
            commit(log, 1);
            sync(log);
            quiet(log);
            LogTest.append(log, 1, 2, "refused");
            store.failAt(1, 1, Fault.EIO);
            assertThatThrownBy(() -> log.appender().commit()).isInstanceOf(LogWriteException.class);
            assertThat(new String(store.contents(FileNames.segment(0)), StandardCharsets.UTF_8))
                    .contains("refused");
            try (Log after = Log.open(config, store.afterKill())) {
                assertThat(LogTest.all(after)).containsExactly("record 1");
            }
        }
    }
}
