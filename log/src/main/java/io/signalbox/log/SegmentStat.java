package io.signalbox.log;

/**
 * One segment file as the inspector sees it.
 *
 * @param capacityBytes the size it was made for
 * @param records -1 if its index is not there and it was not read
 * @param firstSequence -1 without records
 * @param maxSequence -1 without records
 * @param minTimeMillis -1 without records
 * @param maxTimeMillis -1 without records
 */
public record SegmentStat(
        String file,
        long base,
        long end,
        long fileBytes,
        long capacityBytes,
        long records,
        long firstSequence,
        long maxSequence,
        long minTimeMillis,
        long maxTimeMillis,
        State state,
        boolean recycled) {

    /** What the file is to the log. */
    public enum State {
        /** The newest one, written to if a server runs. */
        ACTIVE,
        /** Complete, with a valid index. */
        SEALED,
        /** Complete, its index absent or damaged; opening the log makes it again. */
        SEALED_WITHOUT_INDEX,
        /** Its header is damaged; its batches can be read. */
        HEADER_DAMAGED,
        /** Neither header nor batch is whole. */
        UNREADABLE
    }
}
