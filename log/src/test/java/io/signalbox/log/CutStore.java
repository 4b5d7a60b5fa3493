package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoreLock;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder with one file that ends at an offset of the test's choice. What is written to it is taken back with the next
 * cut, byte for byte where it was written and nowhere else, so that a million cuts of a megabyte take minutes. For one
 * thread.
 */
final class CutStore implements FileStore {
    private final String name;
    private final byte[] original;
    private final Map<String, RamFile> files = new HashMap<>();
    private final RamFile file;

    CutStore(String name, byte[] original) {
        this.name = name;
        this.original = original;
        this.file = new RamFile(original.clone());
        cut(original.length);
    }

    /** Shows the first bytes of the file as they were given, and no other file. */
    void cut(int length) {
        int to = Math.min(length, file.dirtyTo);
        if (file.dirtyFrom < to) {
            System.arraycopy(original, file.dirtyFrom, file.bytes, file.dirtyFrom, to - file.dirtyFrom);
        }
        // What lies behind the end may still be dirty, and is shown by a later cut.
        file.dirtyFrom = Math.max(file.dirtyFrom, to);
        file.size = length;
        files.clear();
        files.put(name, file);
    }

    /** Turns one bit round, until the next cut. */
    void flip(int bit) {
        int at = bit >> 3;
        file.bytes[at] ^= (byte) (1 << (bit & 7));
        file.dirty(at, at + 1);
    }

    /** Whether the file has exactly this content now. */
    boolean holds(byte[] content) {
        return files.get(name) == file && Arrays.equals(file.bytes, 0, file.size, content, 0, content.length);
    }

    /** Bytes in memory, and which of them are no longer what they were. */
    private static final class RamFile implements StoredFile {
        private byte[] bytes;
        private int size;
        private int dirtyFrom = Integer.MAX_VALUE;
        private int dirtyTo;

        RamFile(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            int count = Math.max(0, Math.min(target.remaining(), size - (int) offset));
            if (count > 0) {
                target.put(bytes, (int) offset, count);
            }
            return count;
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            int from = (int) offset;
            int to = from + source.remaining();
            if (to > bytes.length) {
                bytes = Arrays.copyOf(bytes, to);
            }
            if (from > size) {
                throw new IllegalStateException("a hole before " + from);
            }
            source.get(bytes, from, to - from);
            size = Math.max(size, to);
            dirty(from, to);
        }

        private void dirty(int from, int to) {
            dirtyFrom = Math.min(dirtyFrom, from);
            dirtyTo = Math.max(dirtyTo, to);
        }

        @Override
        public void force(boolean metadata) {}

        @Override
        public long size() {
            return size;
        }

        @Override
        public void close() {}
    }

    private RamFile existing(String wanted) throws NoSuchFileException {
        RamFile found = files.get(wanted);
        if (found == null) {
            throw new NoSuchFileException(wanted);
        }
        return found;
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public StoredFile open(String wanted) throws IOException {
        return existing(wanted);
    }

    @Override
    public StoredFile openReadOnly(String wanted) throws IOException {
        return existing(wanted);
    }

    @Override
    public StoredFile create(String wanted) {
        RamFile created = new RamFile(new byte[0]);
        files.put(wanted, created);
        return created;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.put(to, existing(from));
        files.remove(from);
    }

    @Override
    public void delete(String wanted) {
        files.remove(wanted);
    }

    @Override
    public long size(String wanted) throws IOException {
        return existing(wanted).size;
    }

    @Override
    public void forceDirectory() {}

    @Override
    public long usableSpace() {
        return Long.MAX_VALUE;
    }

    @Override
    public void prepare(boolean ours) {}

    @Override
    public StoreLock lock(String wanted) {
        return () -> {};
    }

    @Override
    public void close() {}
}
