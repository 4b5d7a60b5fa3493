package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects what recovery finds, and sets damaged bytes aside in files of their own. */
final class RecoveryFindings {
    private final FileStore store;
    private final List<Damage> damages = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    RecoveryFindings(FileStore store) {
        this.store = store;
    }

    void note(String note) {
        notes.add(note);
    }

    List<String> notes() {
        return notes;
    }

    void add(Damage damage) {
        damages.add(damage);
    }

    /** Notes a damage and keeps a copy of its bytes, if there are any and the disk takes them. */
    void damage(Damage.Kind kind, Segment segment, int from, long to, long before, long after, String reason)
            throws IOException {
        long fromPosition = segment.base + from;
        long toPosition = segment.base + to;
        Optional<String> quarantine = Optional.empty();
        byte[] bytes = SegmentWalker.readRange(segment.file, from, (int) Math.min(to, segment.file.size()));
        if (bytes.length > 0) {
            String name = FileNames.quarantine(fromPosition, toPosition);
            try {
                store.delete(name);
                try (StoredFile copy = store.create(name)) {
                    copy.write(ByteBuffer.wrap(bytes), 0);
                    copy.force(true);
                }
                quarantine = Optional.of(name);
            } catch (IOException e) {
                notes.add("the damaged bytes could not be copied to " + name + ": " + e.getMessage());
            }
        }
        damages.add(new Damage(kind, segment.name, fromPosition, toPosition, before, after, reason, quarantine));
    }

    /** All damages by position, with the sequences around them filled in from the neighbouring segments where their own had none. */
    List<Damage> withSequences(List<Segment> ordered) {
        damages.sort(Comparator.comparingLong(Damage::fromPosition));
        List<Damage> complete = new ArrayList<>();
        for (Damage damage : damages) {
            long lastBefore = damage.lastSequenceBefore();
            long firstAfter = damage.firstSequenceAfter();
            for (Segment segment : ordered) {
                Summary summary = segment.currentSummary();
                if (summary.records() == 0) {
                    continue;
                }
                // The segment before one that was dropped ends, by name, where the one after that begins.
                boolean before = summary.end() <= damage.fromPosition()
                        || (segment.base < damage.fromPosition() && !segment.name.equals(damage.file()));
                if (damage.lastSequenceBefore() < 0 && before) {
                    lastBefore = summary.maxSequence();
                }
                if (firstAfter < 0 && segment.base >= damage.toPosition()) {
                    firstAfter = summary.firstSequence();
                }
            }
            complete.add(new Damage(
                    damage.kind(),
                    damage.file(),
                    damage.fromPosition(),
                    damage.toPosition(),
                    lastBefore,
                    firstAfter,
                    damage.reason(),
                    damage.quarantine()));
        }
        return complete;
    }
}
