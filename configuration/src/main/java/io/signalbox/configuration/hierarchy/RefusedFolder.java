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

    private final AtomicLong count = new AtomicLong();

    /**
     * @param folder made if it is not there, once there is something to keep
     * @param bytesMax of the file
     */
    RefusedFolder(Path folder, long bytesMax, TimeSource time) throws IOException {
        this.folder = folder;
        file = folder.resolve(FILE);
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
            boolean fresh = !Files.exists(file);
            if (fresh) {
                count.set(0);
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
                append(channel, end, line);
            }
            if (fresh) {
                syncFolder();
            }
            count.incrementAndGet();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
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

    private void syncFolder() throws IOException {
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
