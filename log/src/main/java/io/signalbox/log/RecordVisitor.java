package io.signalbox.log;

/** Receives the records of {@link Log#scan} in order of position, on the scanning thread. */
@FunctionalInterface
public interface RecordVisitor {
    /**
     * Receives one record.
     *
     * @param record a view that is valid during the call alone
     * @return false to stop after this record
     */
    boolean onRecord(LogRecord record);

    /** The bytes in this range could not be read as records and were skipped. */
    default void onGap(long fromPosition, long toPosition, String reason) {}
}
