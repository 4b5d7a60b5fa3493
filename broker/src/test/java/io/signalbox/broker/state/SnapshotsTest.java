package io.signalbox.broker.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.record.RecordType;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.log.store.SimulatedFileStore.Fault;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private static final int EVERY_BYTES = 1_000;

    private final SimulatedFileStore store = new SimulatedFileStore();

    @Test
    void whatNoSnapshotHasIsNotForRetention() throws Exception {
        try (Log log = Log.open(LogConfig.defaults(Path.of("simulated")), store)) {
            long start = log.startPosition();
            Snapshots snapshots = new Snapshots(log, EVERY_BYTES, start, Runnable::run);
            append(log);
            store.failAt(1, Long.MAX_VALUE, Fault.EIO);
            snapshots.consider();
            assertThat(store.faultsHit()).isPositive();
            assertThat(snapshots.lastPosition()).isEqualTo(start);

            store.heal();
            snapshots.consider();
            assertThat(snapshots.lastPosition()).as("tried again at once").isEqualTo(start);
            append(log);
            snapshots.consider();
            assertThat(snapshots.lastPosition()).isEqualTo(log.syncedPosition());
        }
    }

    private static void append(Log log) throws Exception {
        log.appender().append(RecordType.BARRIER, 0, 0, 0, new byte[EVERY_BYTES], 0, EVERY_BYTES);
        log.appender().commit();
        log.appender().requestSync();
        Awaitility.await().until(() -> log.syncedPosition() == log.endPosition());
    }
}
