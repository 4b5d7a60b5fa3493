package io.signalbox.transports.archive;

import io.signalbox.transport.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that is written to, and its successors. A write that fails leaves nothing behind: the file is cut back to
 * where it was. Owned by the writer's thread once open.
 */
final class ActiveFile {
    private static final Logger LOGGER = LoggerFactory.getLogger(ActiveFile.class);

    private final ArchiveConfig config;
    private final ArchiveFiles files;
    private final AtomicLong filesDeleted = new AtomicLong();
    private @Nullable FileChannel channel;
    private @Nullable Path path;
    private long length;
    private long nextSequence = 1;
    private long lastTimeMillis;

    ActiveFile(ArchiveConfig config, ArchiveFiles files) throws IOException {
        this.config = config;
        this.files = files;
        files.tidy();
        recover();
    }

    /** Cuts a line that a crash left unfinished, and goes on with its number. */
    private void recover() throws IOException {
        TreeMap<Long, Path> all = files.list();
        if (all.isEmpty()) {
            return;
        }
        nextSequence = all.lastKey();
        ArchiveLines.visit(all.lastEntry().getValue(), stored -> {
            // A line by hand may say anything, or nothing.
            nextSequence = Math.max(nextSequence, stored.sequence() + 1);
            lastTimeMillis = Math.max(lastTimeMillis, stored.timeMillis());
            return true;
        });
        Optional<Path> last = files.last();
        if (last.isPresent()) {
            path = last.get();
            FileChannel opened = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = opened;
            length = endOfLastLine(opened);
            if (length < opened.size()) {
                LOGGER.warn("{}: {} bytes of an unfinished line are cut", path, opened.size() - length);
                opened.truncate(length);
            }
        }
    }

    private static long endOfLastLine(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1 << 16);
        long end = channel.size();
        while (end > 0) {
            long from = Math.max(0, end - one.capacity());
            one.clear().limit((int) (end - from));
            channel.read(one, from);
            for (int i = one.position() - 1; i >= 0; i--) {
                if (one.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    long nextSequence() {
        return nextSequence;
    }

    long lastTimeMillis() {
        return lastTimeMillis;
    }

    /** Files that retention deleted; any thread. */
    long filesDeleted() {
        return filesDeleted.get();
    }

    /**
     * All of it, or nothing.
     *
     * @param count lines in it
     */
    void write(byte[] lines, int count, long timeMillis, boolean sync) throws IOException {
        FileChannel out = channel == null ? begin() : channel;
        try {
            ByteBuffer bytes = ByteBuffer.wrap(lines);
            long at = length;
            while (bytes.hasRemaining()) {
                at += out.write(bytes, at);
            }
            if (sync) {
                out.force(false);
            }
            length = at;
        } catch (IOException e) {
            try {
                out.truncate(length);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        nextSequence += count;
        lastTimeMillis = timeMillis;
        if (length >= config.fileBytes()) {
            rotate(out);
        }
    }

    private FileChannel begin() throws IOException {
        path = files.path(nextSequence);
        FileChannel opened =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (config.acknowledge() == Durability.SYNCED) {
            files.syncFolder();
        }
        channel = opened;
        length = opened.size();
        return opened;
    }

    /** What fails here has lost nothing: the lines are written. */
    private void rotate(FileChannel full) {
        channel = null;
        try {
            full.force(true);
            full.close();
            if (config.compress() && path != null) {
                files.compress(path);
            }
            // The next one counts as well.
            for (Path gone : files.retain(config.filesMax() - 1)) {
                filesDeleted.incrementAndGet();
                LOGGER.info("{} is deleted: the archive keeps {} files", gone, config.filesMax());
            }
        } catch (IOException e) {
            LOGGER.error("closing {} failed", path, e);
        }
    }

    void close() {
        closeFile();
        try {
            files.unlock();
        } catch (IOException e) {
            LOGGER.error("unlocking the folder of {} failed", path, e);
        }
    }

    private void closeFile() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.force(true);
                open.close();
                if (length == 0 && path != null) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                LOGGER.error("closing {} failed", path, e);
            }
        }
    }
}
