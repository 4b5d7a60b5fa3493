package io.signalbox.log;

/** Called on the housekeeping thread, before the file goes. */
@FunctionalInterface
public interface SegmentRemovedListener {
    /** No record in [firstPosition, endPosition) can be read from now on. */
    void onSegmentRemoved(long firstPosition, long endPosition, RemovalReason reason);
}
