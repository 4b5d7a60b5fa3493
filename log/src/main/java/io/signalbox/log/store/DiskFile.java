package io.signalbox.log.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A file on a disk.
 *
 * <p>The JDK closes a channel under everybody when one thread that uses it is interrupted. So an operation that finds
 * the channel closed by somebody else opens it again by its present name, repeats itself, and leaves the interrupt for
 * the caller to see. All operations are positional, so repeating one does no harm.
 */
final class DiskFile implements StoredFile {
    private final Set<OpenOption> reopenOptions;
    private final Consumer<DiskFile> onClose;
    private volatile Path path;
    private volatile FileChannel channel;
    private volatile boolean closed;

    DiskFile(Path path, Set<? extends OpenOption> options, FileAttribute<?>[] attributes, Consumer<DiskFile> onClose)
            throws IOException {
        this.path = path;
        this.onClose = onClose;
        this.reopenOptions =
                options.stream().filter(o -> o != StandardOpenOption.CREATE_NEW).collect(Collectors.toSet());
        this.channel = FileChannel.open(path, options, attributes);
    }

    Path path() {
        return path;
    }

    void renamed(Path newPath) {
        path = newPath;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        int start = target.position();
        return (int) uninterrupted(open -> {
            target.position(start);
            int total = 0;
            while (target.hasRemaining()) {
                int n = open.read(target, offset + total);
                if (n < 0) {
                    break;
                }
                total += n;
            }
            return total;
        });
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
        int start = source.position();
        uninterrupted(open -> {
            source.position(start);
            long at = offset;
            while (source.hasRemaining()) {
                at += open.write(source, at);
            }
            return 0;
        });
    }

    @Override
    public void force(boolean metadata) throws IOException {
        uninterrupted(open -> {
            open.force(metadata);
            return 0;
        });
    }

    @Override
    public long size() throws IOException {
        return uninterrupted(FileChannel::size);
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        onClose.accept(this);
        channel.close();
    }

    private interface Operation {
        long run(FileChannel open) throws IOException;
    }

    private long uninterrupted(Operation operation) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel open = channel;
                try {
                    return operation.run(open);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(open, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // Whether it is still the channel that failed.
    private synchronized void reopen(FileChannel seen, ClosedChannelException cause) throws IOException {
        if (closed) {
            throw new IOException("file " + path.getFileName() + " was closed, with its log or by retention", cause);
        }
        if (channel == seen) {
            channel = FileChannel.open(path, reopenOptions);
        }
    }
}
