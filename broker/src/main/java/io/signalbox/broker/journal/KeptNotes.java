package io.signalbox.broker.journal;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes that the disk refused, until it takes them. Bounded. Owned by the journal's turn. */
final class KeptNotes {
    private static final Logger LOG = LoggerFactory.getLogger(KeptNotes.class);
    private static final int NOTES_MAX = 1_000_000;

    private final ArrayDeque<Note> notes = new ArrayDeque<>();
    private boolean overflowed;

    boolean isEmpty() {
        return notes.isEmpty();
    }

    void keep(List<Note> refused) {
        for (Note note : refused) {
            if (notes.size() < NOTES_MAX) {
                notes.addLast(note.again());
            } else if (!overflowed) {
                overflowed = true;
                LOG.error(
                        "over {} records about sessions wait for the disk; what was settled from now on comes again"
                                + " after a restart",
                        NOTES_MAX);
            }
        }
    }

    @Nullable
    Note poll() {
        overflowed &= notes.size() >= NOTES_MAX;
        return notes.pollFirst();
    }
}
