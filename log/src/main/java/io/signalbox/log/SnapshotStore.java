package io.signalbox.log;

import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/** Snapshots of whatever state the caller folds from the log; any thread, one write at a time. */
public interface SnapshotStore {
    /** Like a consumer, but its work may fail. */
    @FunctionalInterface
    interface IOConsumer<T> {
        void accept(T target) throws IOException;
    }

    /**
     * Writes a snapshot: temporary file, force, rename, force of the folder. A failure leaves the older ones as they
     * were. The two newest are kept, and retention keeps the segments from the older of them on.
     *
     * @param position every record below it is folded in; must be synced, or recovery starts the log above it
     */
    void write(long position, IOConsumer<DataOutput> content) throws IOException;

    /** The newest one whose checksum holds. */
    Optional<Snapshot> latest() throws IOException;
}
