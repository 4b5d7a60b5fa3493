package io.signalbox.log;

/**
 * The one way to write to a log. Not thread safe: one owner thread, the journal thread of whoever opened the log.
 *
 * <p>Allocates nothing per record; its buffer grows to the largest batch and stays.
 */
public interface Appender {
    /**
     * Adds a record to the batch in memory. Nothing is on disk, or readable, before {@link #commit()}.
     *
     * @param type 0 to 255, the caller's own
     * @param key posting list to add the record to, 0 for none
     * @param sequence the caller's own number, not below that of the record before
     * @param timeMillis the caller's own time, milliseconds since 1970
     * @return the record's position, valid if the next commit succeeds
     * @throws IllegalArgumentException if the payload is over {@code recordBytesMax} or the type out of range
     * @throws IllegalStateException if the batch would be over {@code batchBytesMax}; commit first
     */
    long append(int type, long key, long sequence, long timeMillis, byte[] buf, int off, int len);

    /**
     * Writes everything appended since the last commit as one batch, with one write (one more for each further segment
     * it needs). After a failure the batch is forgotten and its positions are used again.
     *
     * <p>After a crash of the process the log has a commit as a whole or not at all. A power cut may leave a part of
     * one that was not synced and went over three segments or more; recovery then reports what is missing. A commit
     * that failed may come back after a crash if the disk refused the clean-up too: it was never acknowledged, and it
     * is whole.
     */
    void commit() throws LogWriteException;

    /** Would a commit of about so many bytes find its place without waiting until a segment's file is made? */
    boolean isReadyFor(long bytes);

    /** The position after the last append; where the next batch begins when nothing is pending. */
    long end();

    /** Forgets what was appended since the last commit. */
    void discard();

    /**
     * Asks the sync thread to force everything committed so far; never blocks. While one force runs, further requests
     * gather into the next. Any thread may call this.
     */
    void requestSync();
}
