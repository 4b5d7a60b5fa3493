package io.signalbox.log;

import java.util.Optional;

/**
 * One range of positions whose bytes are not what was written.
 *
 * @param file the segment file
 * @param toPosition exclusive
 * @param lastSequenceBefore of the nearest intact record before the range, -1 if there is none
 * @param firstSequenceAfter of the nearest intact record after the range, -1 if there is none
 * @param quarantine the file that holds a copy of the bytes, if there were any to keep
 */
public record Damage(
        Kind kind,
        String file,
        long fromPosition,
        long toPosition,
        long lastSequenceBefore,
        long firstSequenceAfter,
        String reason,
        Optional<String> quarantine) {

    /** What became of the range. */
    public enum Kind {
        /** The end of the log, never followed by anything whole: cut, its positions are used again. */
        TORN_TAIL,
        /** A batch that continued in a segment that never came to be: taken back as a whole. */
        UNFINISHED_BATCH,
        /** Something in the middle: set aside, the rest is served. */
        CORRUPT,
        /** Bytes that should be in a file and are not there. */
        MISSING,
        /** A segment's own header; its records are served. */
        HEADER
    }
}
