package io.signalbox.log;

import java.io.IOException;

/** Called on the sync thread, in the order of positions; must return soon. */
public interface SyncListener {
    /**
     * Every record below the position is on disk, save those that {@link #onSyncFailed} named before.
     */
    void onSynced(long position);

    /**
     * Records in this range were written but may not be on disk, and never will be known to be; they stay readable as
     * long as their checksums hold. The log goes on in a new segment. What was to be acknowledged as synced must be
     * refused or appended again.
     */
    void onSyncFailed(long fromPosition, long toPosition, IOException cause);
}
