package io.signalbox.client.fake;

import io.signalbox.log.store.DiskFileStore;
import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoreLock;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that takes what is written and does not keep it when it is told to. */
public final class FailingDisk implements FileStore {
    private static final String WRITER = "signalbox-client-spool"; // Others make files ahead of time.

    private final FileStore disk;
    private final AtomicInteger flushesToFail = new AtomicInteger();
    private final AtomicInteger writesToBreak = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    public FailingDisk(Path directory) {
        disk = new DiskFileStore(directory);
    }

    /** The next so many flushes of what was appended fail; those of files that are made ahead of time do not count. */
    public void failFlushes(int count) {
        flushesToFail.set(count);
    }

    /** The next so many writes of messages find no memory. */
    public void breakWrites(int count) {
        writesToBreak.set(count);
    }

    /** From here on writes of messages wait for it. */
    public void holdWrites(CountDownLatch until) {
        gate = until;
    }

    private StoredFile failing(StoredFile file) {
        return new StoredFile() {
            @Override
            public int read(ByteBuffer target, long offset) throws IOException {
                return file.read(target, offset);
            }

            @Override
            public void write(ByteBuffer source, long offset) throws IOException {
                if (!Thread.currentThread().getName().equals(WRITER)) {
                    file.write(source, offset);
                    return;
                }
                awaitGate();
                if (writesToBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new OutOfMemoryError("Cannot reserve direct buffer memory");
                }
                file.write(source, offset);
            }

            @Override
            public void force(boolean metadata) throws IOException {
                if (!metadata && flushesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IOException("Input/output error");
                }
                file.force(metadata);
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String description() {
        return disk.description();
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return failing(disk.open(name));
    }

    @Override
    public StoredFile openReadOnly(String name) throws IOException {
        return disk.openReadOnly(name);
    }

    @Override
    public StoredFile create(String name) throws IOException {
        return failing(disk.create(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public long size(String name) throws IOException {
        return disk.size(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        disk.forceDirectory();
    }

    @Override
    public long usableSpace() throws IOException {
        return disk.usableSpace();
    }

    @Override
    public void prepare(boolean ours) throws IOException {
        disk.prepare(ours);
    }

    @Override
    public StoreLock lock(String name) throws IOException {
        return disk.lock(name);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
