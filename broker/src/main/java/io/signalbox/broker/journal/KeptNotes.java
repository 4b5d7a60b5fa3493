package io.signalbox.broker.journal;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes that the disk refused, and those that came after them, in their order, until it takes them. Bounded. Owned by
 * the journal's turn.
 */
final class KeptNotes {
    private static final Logger LOG = LoggerFactory.getLogger(KeptNotes.class);

    private final int notesMax;
    private final long bytesMax;
    private final ArrayDeque<Note> notes = new ArrayDeque<>();
    private long bytes;

    /** Until all is written: what is lost is the end of a row, and not pieces out of it. */
    private boolean overflowed;

    /** @param bytesMax of their payloads together */
    KeptNotes(int notesMax, long bytesMax) {
        this.notesMax = notesMax;
        this.bytesMax = bytesMax;
    }

    boolean isEmpty() {
        return notes.isEmpty();
    }

    /** Behind all others. */
    void add(Note note) {
        if (!overflowed && notes.size() < notesMax && bytes + note.payload().length <= bytesMax) {
            notes.addLast(note);
            bytes += note.payload().length;
        } else if (!overflowed) {
            overflowed = true;
            LOG.error(
                    "{} records about sessions, of {} bytes, wait for the disk, the limit; what was settled from now on"
                            + " comes again after a restart",
                    notes.size(),
                    bytes);
        }
    }

    /** Before all others. No more than one batch, which is what was taken from here, or all there is. */
    void putBack(List<Note> refused) {
        for (int i = refused.size() - 1; i >= 0; i--) {
            notes.addFirst(refused.get(i).again());
            bytes += refused.get(i).payload().length;
        }
    }

    @Nullable
    Note peek() {
        return notes.peekFirst();
    }

    /** Takes what {@link #peek} showed. */
    void remove() {
        bytes -= notes.removeFirst().payload().length;
        overflowed &= !notes.isEmpty();
    }
}
