package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoreLock;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.util.List;

/** A store that lets a test step in before it renames or deletes a file. */
final class InterferingStore implements FileStore {
    /** What happens first; may fail instead. */
    interface Interference {
        void before(String name) throws IOException;
    }

    private final FileStore store;
    volatile Interference beforeRenameTo = name -> {};
    volatile Interference beforeDelete = name -> {};

    InterferingStore(FileStore store) {
        this.store = store;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        beforeRenameTo.before(to);
        store.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        beforeDelete.before(name);
        store.delete(name);
    }

    @Override
    public String description() {
        return store.description();
    }

    @Override
    public List<String> list() throws IOException {
        return store.list();
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return store.open(name);
    }

    @Override
    public StoredFile openReadOnly(String name) throws IOException {
        return store.openReadOnly(name);
    }

    @Override
    public StoredFile create(String name) throws IOException {
        return store.create(name);
    }

    @Override
    public long size(String name) throws IOException {
        return store.size(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        store.forceDirectory();
    }

    @Override
    public long usableSpace() throws IOException {
        return store.usableSpace();
    }

    @Override
    public void prepare(boolean ours) throws IOException {
        store.prepare(ours);
    }

    @Override
    public StoreLock lock(String name) throws IOException {
        return store.lock(name);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
