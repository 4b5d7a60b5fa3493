package io.signalbox.configuration.hierarchy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.spool.RefusedMessages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps what was spooled and is refused for good: one file of lines ({@link RefusedLine}), flushed before a message
 * counts as safe. DEGRADED as long as the file is there: somebody has to look at it, and to move it away. When it has
 * reached its bound no more is taken, and the spool keeps the rest.
 */
final class RefusedFolder implements RefusedMessages {
    static final String FILE = "refused.ndjson";

    private static final Set<StandardOpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    private final Path folder;
    private final Path file;
    private final long bytesMax;
    private final TimeSource time;
    /** Its one thread owns the file. */
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("spool-refused-", 0).factory());

    private final FolderSync sync;
    private final AtomicLong count = new AtomicLong();
    /** Folders that were made and whose entries are perhaps not on the disk; the writer's. */
    private final Set<Path> unsynced = new LinkedHashSet<>();
    /** The file's entry and its folder's are on the disk; the writer's. Whoever begins cannot know it. */
    private boolean inPlace;

    /** Brings a folder's entries to the disk. */
    interface FolderSync {
        void accept(Path folder) throws IOException;
    }

    /**
     * @param folder made if it is not there, once there is something to keep
     * @param bytesMax of the file
     */
    RefusedFolder(Path folder, long bytesMax, TimeSource time) throws IOException {
        this(folder, bytesMax, time, RefusedFolder::sync);
    }

    RefusedFolder(Path folder, long bytesMax, TimeSource time, FolderSync sync) throws IOException {
        this.folder = folder.toAbsolutePath();
        file = this.folder.resolve(FILE);
        this.sync = sync;
        this.bytesMax = bytesMax;
        this.time = time;
        count.set(Files.exists(file) ? lines(file) : 0);
    }

    private static long lines(Path file) throws IOException {
        long lines = 0;
        byte[] bytes = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            int read;
            while ((read = in.read(bytes)) > 0) {
                for (int i = 0; i < read; i++) {
                    lines += bytes[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    @Override
    public CompletionStage<?> add(Message message, Refusal refusal) {
        return CompletableFuture.runAsync(() -> write(RefusedLine.encode(message, refusal, time.millis())), writer);
    }

    private void write(byte[] line) {
        try {
            if (!Files.exists(file)) {
                count.set(0);
                inPlace = false;
                make(folder);
            }
            try (FileChannel channel = FileChannel.open(
                    file,
                    OPTIONS,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                long end = channel.size();
                if (end > 0 && end + line.length > bytesMax) {
                    throw new SignalboxException(
                            ReasonCode.QUOTA_EXCEEDED,
                            file + " has " + end + " bytes; its bound is " + bytesMax
                                    + ": look at it and move it away");
                }
                putInPlace();
                append(channel, end, line);
            }
            count.incrementAndGet();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** What is made has a new entry in the folder above it. */
    private void make(Path wanted) throws IOException {
        for (Path missing = wanted; missing != null && !Files.exists(missing); missing = missing.getParent()) {
            unsynced.add(missing);
        }
        Files.createDirectories(
                wanted, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Before there is a line in it: one that were safe in a file that a power cut takes away would be lost. */
    private void putInPlace() throws IOException {
        if (inPlace) {
            return;
        }
        unsynced.add(folder);
        Set<Path> folders = new LinkedHashSet<>(Set.of(folder));
        for (Path made : unsynced) {
            Path parent = made.getParent();
            if (parent != null) {
                folders.add(parent);
            }
        }
        for (Path one : folders) {
            sync.accept(one);
        }
        unsynced.clear();
        inPlace = true;
    }

    /** What a write that fails leaves of the line is cut off; what a crash has left of one is ended. */
    private static void append(FileChannel channel, long end, byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 + line.length);
        ByteBuffer last = ByteBuffer.allocate(1);
        if (end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n') {
            bytes.put((byte) '\n');
        }
        bytes.put(line).flip();
        try {
            long at = end;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            channel.force(true);
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Health health() {
        long kept = count.get();
        return kept == 0 || !Files.exists(file)
                ? Health.UP
                : new Health(
                        Health.Status.DEGRADED,
                        kept + " messages that were spooled and then refused are in " + file
                                + "; look at them and move the file away");
    }

    @Override
    public void close() {
        writer.close();
    }
}
