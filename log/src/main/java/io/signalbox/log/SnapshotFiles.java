package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * <pre>
 *  0        8        16       24   28
 *  +--------+--------+--------+----+----------
 *  |magic   |position|length  |crc | content ...
 *  +--------+--------+--------+----+----------
 *  crc: CRC32C of bytes 0 to 23, XOR CRC32C of the content
 * </pre>
 */
final class SnapshotFiles implements SnapshotStore {
    private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);
    private static final long MAGIC = 0x5369676e616c5331L;
    private static final int HEADER = 28;
    private static final int KEPT = 2;

    private final FileStore store;
    private final Folder folder;
    private volatile long oldestPosition;

    SnapshotFiles(FileStore store, Folder folder) throws IOException {
        this.store = store;
        this.folder = folder;
        this.oldestPosition = oldest(positions());
    }

    @Override
    public synchronized void write(long position, IOConsumer<DataOutput> content) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("snapshot position is " + position + "; it must not be negative");
        }
        String name = FileNames.snapshot(position);
        String temporary = name + FileNames.TEMPORARY;
        store.delete(temporary);
        try (StoredFile file = store.create(temporary)) {
            FileStream stream = new FileStream(file, HEADER);
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream, 64 * 1024))) {
                content.accept(out);
            }
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            header.putLong(MAGIC).putLong(position).putLong(stream.offset - HEADER);
            CRC32C crc = new CRC32C();
            crc.update(header.array(), 0, 24);
            header.putInt((int) crc.getValue() ^ (int) stream.crc.getValue()).flip();
            file.write(header, 0);
            file.force(true);
        } catch (IOException | RuntimeException e) {
            try {
                store.delete(temporary);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        store.rename(temporary, name);
        folder.force();
        List<Long> positions = positions();
        while (positions.size() > KEPT) {
            store.delete(FileNames.snapshot(positions.removeFirst()));
        }
        oldestPosition = oldest(positions);
    }

    @Override
    public Optional<Snapshot> latest() throws IOException {
        for (long position : positions().reversed()) {
            byte[] content = read(position);
            if (content != null) {
                return Optional.of(
                        new Snapshot(position, new DataInputStream(new ByteArrayInputStream(content)), content.length));
            }
            LOGGER.warn("snapshot {} is damaged; an older one is taken", FileNames.snapshot(position));
        }
        return Optional.empty();
    }

    /** Of the oldest one kept, {@link Long#MAX_VALUE} without any: what lies above it may be folded again. */
    long oldestPosition() {
        return oldestPosition;
    }

    private static long oldest(List<Long> positions) {
        return positions.isEmpty() ? Long.MAX_VALUE : positions.getFirst();
    }

    private List<Long> positions() throws IOException {
        List<Long> positions = new ArrayList<>();
        for (String name : store.list()) {
            long position = FileNames.number(name, FileNames.SNAPSHOT);
            if (position >= 0) {
                positions.add(position);
            }
        }
        positions.sort(Comparator.naturalOrder());
        return positions;
    }

    private byte @Nullable [] read(long position) throws IOException {
        try (StoredFile file = store.openReadOnly(FileNames.snapshot(position))) {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            long size = file.size();
            if (file.read(header, 0) < HEADER
                    || header.getLong(0) != MAGIC
                    || header.getLong(8) != position
                    || header.getLong(16) != size - HEADER
                    || size - HEADER > Integer.MAX_VALUE - 16) {
                return null;
            }
            byte[] content = new byte[(int) (size - HEADER)];
            if (file.read(ByteBuffer.wrap(content), HEADER) < content.length) {
                return null;
            }
            int crc = Layout.crc(header.array(), 0, 24) ^ Layout.crc(content, 0, content.length);
            return crc == header.getInt(24) ? content : null;
        }
    }

    /** Appends to a file from an offset on and sums up what it wrote. */
    private static final class FileStream extends OutputStream {
        private final StoredFile file;
        private final CRC32C crc = new CRC32C();
        private long offset;

        FileStream(StoredFile file, long offset) {
            this.file = file;
            this.offset = offset;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int off, int len) throws IOException {
            crc.update(bytes, off, len);
            file.write(ByteBuffer.wrap(bytes, off, len), offset);
            offset += len;
        }
    }
}
