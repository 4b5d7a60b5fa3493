package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Segment files made ahead of need. They are really written with zeros and forced, so that a full disk shows here and
 * not in the middle of a batch, and so that fdatasync later has no new extents to record.
 */
final class Spares {
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(1024 * 1024).asReadOnlyBuffer();

    private final FileStore store;
    private final int segmentBytes;
    private final int sparesMax;
    private final AtomicLong nextNumber;
    private final ArrayDeque<Spare> ready = new ArrayDeque<>(); // guarded by itself

    Spares(FileStore store, int segmentBytes, int sparesMax, List<Spare> found, long nextNumber) {
        this.store = store;
        this.segmentBytes = segmentBytes;
        this.sparesMax = sparesMax;
        this.nextNumber = new AtomicLong(nextNumber);
        ready.addAll(found);
    }

    int count() {
        synchronized (ready) {
            return ready.size();
        }
    }

    @Nullable
    Spare poll() {
        synchronized (ready) {
            return ready.poll();
        }
    }

    boolean wanted() {
        return count() < sparesMax;
    }

    /** Puts a file back or, when there are enough, deletes it. */
    void giveBack(Spare spare) throws IOException {
        if (spare.capacity() == segmentBytes) {
            synchronized (ready) {
                if (ready.size() < sparesMax) {
                    ready.add(spare);
                    return;
                }
            }
        }
        spare.file().close();
        store.delete(spare.name());
    }

    String nextName() {
        return FileNames.spare(nextNumber.getAndIncrement());
    }

    /** Makes a file of zeros; blocks for as long as the disk takes. Leaves nothing behind when it fails. */
    Spare create(int capacity) throws IOException {
        long usable = store.usableSpace();
        if (usable > 0 && usable < capacity) { // Some file systems know nothing and say 0.
            throw new IOException("No space left on device for a segment of " + capacity + " bytes, " + usable
                    + " are free in " + store.description() + "; make room there");
        }
        String name = nextName();
        StoredFile file = store.create(name);
        try {
            zero(file, 0, capacity);
            file.force(true);
        } catch (IOException | RuntimeException e) {
            try {
                file.close();
                store.delete(name);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed); // Recovery deletes spares of the wrong size.
            }
            throw e;
        }
        return new Spare(name, file, capacity, false);
    }

    void addReady(Spare spare) {
        synchronized (ready) {
            ready.add(spare);
        }
    }

    static void zero(StoredFile file, int from, int to) throws IOException {
        ByteBuffer zeros = ZEROS.duplicate(); // Many threads share the bytes, each has its own place in them.
        for (int at = from; at < to; at += zeros.capacity()) {
            zeros.clear().limit(Math.min(zeros.capacity(), to - at));
            file.write(zeros, at);
        }
    }

    void close() throws IOException {
        synchronized (ready) {
            for (Spare spare : ready) {
                spare.file().close();
            }
            ready.clear();
        }
    }
}
