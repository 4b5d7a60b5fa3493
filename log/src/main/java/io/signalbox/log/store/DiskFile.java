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
import org.jspecify.annotations.Nullable;

/**
 * A file on a disk.
 *
 * <p>The JDK closes a channel under everybody when one thread is interrupted while it uses it. So a read or write that
 * finds its channel closed opens it again by the file's present name, repeats itself, and leaves the interrupt for the
 * caller to see. Both are positional, so repeating one does no harm.
 *
 * <p>A force is not repeated: when the channel is closed while it runs, the JDK reports the closing even if the device
 * reported an error, and the system tells an error once. Hence readers have a channel of their own, and what they
 * suffer does not reach the one that is written and forced.
 */
final class DiskFile implements StoredFile {
    /** Like {@link FileChannel#open}. */
    interface Opener {
        FileChannel open(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException;
    }

    /** The JDK keeps a direct buffer per thread as large as the largest piece it was ever given. */
    private static final int PIECE = 1024 * 1024;

    private final Set<OpenOption> reopenOptions;
    private final Consumer<DiskFile> onClose;
    private final Opener opener;
    private volatile Path path;
    private volatile @Nullable FileChannel reading;
    private volatile @Nullable FileChannel writing;
    private volatile boolean closed;

    DiskFile(
            Path path,
            Set<? extends OpenOption> options,
            FileAttribute<?>[] attributes,
            Consumer<DiskFile> onClose,
            Opener opener)
            throws IOException {
        this.path = path;
        this.onClose = onClose;
        this.opener = opener;
        this.reopenOptions =
                options.stream().filter(o -> o != StandardOpenOption.CREATE_NEW).collect(Collectors.toSet());
        FileChannel channel = opener.open(path, options, attributes);
        if (options.contains(StandardOpenOption.CREATE_NEW)) {
            writing = channel;
        } else {
            reading = channel;
        }
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
        int limit = target.limit();
        return (int) uninterrupted(false, open -> {
            int at = start;
            while (at < limit) {
                target.limit(Math.min(limit, at + PIECE)).position(at);
                int n = open.read(target, offset + at - start);
                if (n < 0) {
                    break;
                }
                at += n;
            }
            target.limit(limit).position(at);
            return at - start;
        });
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
        int start = source.position();
        int limit = source.limit();
        uninterrupted(true, open -> {
            int at = start;
            while (at < limit) {
                source.limit(source.isDirect() ? limit : Math.min(limit, at + PIECE))
                        .position(at);
                at += open.write(source, offset + at - start);
            }
            source.limit(limit).position(at);
            return 0;
        });
    }

    @Override
    public void force(boolean metadata) throws IOException {
        boolean interrupted = Thread.interrupted(); // Else it would close the channel before anything is forced.
        try {
            channel(true).force(metadata);
        } catch (ClosedChannelException e) {
            throw new IOException(
                    "the sync of file " + path.getFileName()
                            + " was cut off by an interrupt or by closing; what reached the disk is not known",
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public long size() throws IOException {
        return uninterrupted(false, FileChannel::size);
    }

    @Override
    public void close() throws IOException {
        FileChannel one;
        FileChannel other;
        synchronized (this) {
            closed = true;
            one = reading;
            other = writing;
        }
        onClose.accept(this);
        try (FileChannel reader = one;
                FileChannel writer = other) {
            // Both, whatever becomes of the first.
        }
    }

    private interface Operation {
        long run(FileChannel open) throws IOException;
    }

    private long uninterrupted(boolean write, Operation operation) throws IOException {
        boolean interrupted = Thread.interrupted(); // A pending one would close the channel for nothing.
        try {
            while (true) {
                FileChannel open = channel(write);
                try {
                    return operation.run(open);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    forget(write, open, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FileChannel channel(boolean write) throws IOException {
        FileChannel open = write ? writing : reading;
        return open != null ? open : open(write);
    }

    private synchronized FileChannel open(boolean write) throws IOException {
        checkOpen(null);
        FileChannel open = write ? writing : reading;
        if (open == null) {
            open = opener.open(path, reopenOptions);
            if (write) {
                writing = open;
            } else {
                reading = open;
            }
        }
        return open;
    }

    @SuppressWarnings("ReferenceEquality") // Whether it is still the channel that failed.
    private synchronized void forget(boolean write, FileChannel seen, ClosedChannelException cause) throws IOException {
        checkOpen(cause);
        if (write && writing == seen) {
            writing = null;
        } else if (!write && reading == seen) {
            reading = null;
        }
    }

    private void checkOpen(@Nullable ClosedChannelException cause) throws IOException {
        if (closed) {
            throw new IOException("file " + path.getFileName() + " was closed, with its log or by retention", cause);
        }
    }
}
