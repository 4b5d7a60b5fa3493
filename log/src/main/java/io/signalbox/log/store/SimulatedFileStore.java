package io.signalbox.log.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A folder in memory that remembers what was forced and what was not, and fails on request. For tests of everything
 * that stands on a {@link FileStore}. Safe for many threads; one lock for all.
 *
 * <p>Its disk is as unkind as a real one may be: after a power cut, of what was not forced any subset survives, sector
 * by sector, names and bytes independently; and a force that failed has thrown the written bytes, or the new names, away
 * while reads still show them, so that forcing again succeeds and saves nothing.
 */
public final class SimulatedFileStore implements FileStore {
    /** What the device says. */
    public enum Fault {
        ENOSPC("No space left on device"),
        EIO("Input/output error"),
        EROFS("Read-only file system");

        private final String text;

        Fault(String text) {
            this.text = text;
        }
    }

    private static final int SECTOR = 512;

    /** What the forces of contents, and not those of sizes, have to pass. */
    public final ForceGate forces = new ForceGate();

    private final Map<String, SimulatedInode> names = new HashMap<>();
    private final Map<String, SimulatedInode> durableNames = new HashMap<>();
    private final List<NameChange> unforcedNames = new ArrayList<>();
    private boolean locked;
    private long capacityBytes = Long.MAX_VALUE;
    private long calls;
    private long failFrom = Long.MAX_VALUE;
    private long failUntil = Long.MAX_VALUE;
    private Fault fault = Fault.EIO;
    private long faultsHit;
    private int directoryFaults;

    /** One step on the folder: a name that goes, a name that comes, or both at once. */
    private record NameChange(
            @Nullable String removed,
            @Nullable String added,
            @Nullable SimulatedInode inode) {}

    /**
     * Lets calls fail: those that write, force, create, rename or delete, counted from 1 for the next one.
     *
     * @param count how many calls in a row fail
     */
    public synchronized void failAt(long call, long count, Fault what) {
        failFrom = calls + call;
        failUntil = count > Long.MAX_VALUE - failFrom ? Long.MAX_VALUE : failFrom + count;
        fault = what;
    }

    /** Lets the next forces of the folder fail, and nothing else. */
    public synchronized void failDirectoryForces(int count, Fault what) {
        directoryFaults = count;
        fault = what;
    }

    /** Ends every fault. */
    public synchronized void heal() {
        directoryFaults = 0;
        failFrom = Long.MAX_VALUE;
        failUntil = Long.MAX_VALUE;
        capacityBytes = Long.MAX_VALUE;
    }

    /** The disk has room for this many bytes of files; growing beyond fails with {@link Fault#ENOSPC}. */
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Calls so far that could have failed. */
    public synchronized long calls() {
        return calls;
    }

    /** Calls so far that failed on request. */
    public synchronized long faultsHit() {
        return faultsHit;
    }

    /** What a process finds that starts after this one was killed: every write, forced or not. Nothing is held. */
    public synchronized SimulatedFileStore afterKill() {
        SimulatedFileStore next = new SimulatedFileStore();
        Map<SimulatedInode, SimulatedInode> copies = new HashMap<>();
        names.forEach((name, inode) -> next.names.put(name, copy(copies, inode)));
        durableNames.forEach((name, inode) -> next.durableNames.put(name, copy(copies, inode)));
        for (NameChange change : unforcedNames) {
            SimulatedInode inode = change.inode;
            next.unforcedNames.add(
                    new NameChange(change.removed, change.added, inode == null ? null : copy(copies, inode)));
        }
        return next;
    }

    private static SimulatedInode copy(Map<SimulatedInode, SimulatedInode> copies, SimulatedInode inode) {
        return copies.computeIfAbsent(inode, SimulatedInode::copy);
    }

    /** What is found after a power cut now. This store goes on unharmed, so that one run can be cut many times. */
    public synchronized SimulatedFileStore powerCut(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedFileStore next = new SimulatedFileStore();
        Map<String, SimulatedInode> surviving = new HashMap<>(durableNames);
        int mode = random.nextInt(4);
        int prefix = unforcedNames.isEmpty() ? 0 : random.nextInt(unforcedNames.size() + 1);
        for (int i = 0; i < unforcedNames.size(); i++) {
            boolean kept = switch (mode) {
                case 0 -> false;
                case 1 -> true;
                case 2 -> i < prefix;
                default -> random.nextBoolean();
            };
            if (kept) {
                apply(surviving, unforcedNames.get(i));
            }
        }
        Map<SimulatedInode, SimulatedInode> copies = new HashMap<>();
        surviving.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            SimulatedInode inode =
                    copies.computeIfAbsent(entry.getValue(), original -> original.afterPowerCut(random, SECTOR));
            next.names.put(entry.getKey(), inode);
            next.durableNames.put(entry.getKey(), inode);
        });
        return next;
    }

    private static void apply(Map<String, SimulatedInode> map, NameChange change) {
        if (change.removed != null) {
            map.remove(change.removed);
        }
        if (change.added != null && change.inode != null) {
            map.put(change.added, change.inode);
        }
    }

    /** A copy of a file's bytes as a read would show them. */
    public synchronized byte[] contents(String name) throws IOException {
        return inode(name).contents();
    }

    /** Replaces a file's bytes, on the medium too: what rot, or an attacker, does. */
    public synchronized void overwrite(String name, byte[] bytes) {
        SimulatedInode inode = names.computeIfAbsent(name, absent -> new SimulatedInode());
        inode.replace(bytes);
        durableNames.put(name, inode);
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public void prepare(boolean ours) {}

    @Override
    public synchronized List<String> list() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public synchronized StoredFile open(String name) throws IOException {
        return new SimulatedFile(inode(name), true);
    }

    @Override
    public synchronized StoredFile openReadOnly(String name) throws IOException {
        return new SimulatedFile(inode(name), false);
    }

    private SimulatedInode inode(String name) throws NoSuchFileException {
        SimulatedInode inode = names.get(name);
        if (inode == null) {
            throw new NoSuchFileException(name);
        }
        return inode;
    }

    @Override
    public synchronized StoredFile create(String name) throws IOException {
        call();
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        SimulatedInode inode = new SimulatedInode();
        change(new NameChange(null, name, inode));
        return new SimulatedFile(inode, true);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        call();
        change(new NameChange(from, to, inode(from)));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        if (names.containsKey(name)) {
            call();
            change(new NameChange(name, null, null));
        }
    }

    private void change(NameChange change) {
        apply(names, change);
        unforcedNames.add(change);
    }

    @Override
    public synchronized long size(String name) throws IOException {
        return inode(name).size();
    }

    @Override
    public synchronized void forceDirectory() throws IOException {
        boolean fails = failsNow();
        if (fails || directoryFaults > 0) {
            directoryFaults -= fails ? 0 : 1;
            unforcedNames.removeIf(change -> change.added != null);
            throw new IOException(fault.text);
        }
        for (NameChange change : unforcedNames) {
            apply(durableNames, change);
        }
        unforcedNames.clear();
    }

    @Override
    public synchronized long usableSpace() {
        long used = names.values().stream().mapToLong(SimulatedInode::size).sum();
        return capacityBytes - used;
    }

    @Override
    public synchronized StoreLock lock(String name) throws IOException {
        if (locked) {
            throw new StoreLockedException(
                    description(), Long.toString(ProcessHandle.current().pid()));
        }
        locked = true;
        return () -> {
            synchronized (SimulatedFileStore.this) {
                locked = false;
            }
        };
    }

    @Override
    public void close() {}

    private void call() throws IOException {
        if (failsNow()) {
            throw new IOException(fault.text);
        }
    }

    private boolean failsNow() {
        calls++;
        boolean fails = calls >= failFrom && calls < failUntil;
        faultsHit += fails ? 1 : 0;
        return fails;
    }

    private final class SimulatedFile implements StoredFile {
        private final SimulatedInode inode;
        private final boolean writable;
        private boolean closed;

        SimulatedFile(SimulatedInode inode, boolean writable) {
            this.inode = inode;
            this.writable = writable;
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            synchronized (SimulatedFileStore.this) {
                checkOpen();
                return inode.read(target, offset);
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            synchronized (SimulatedFileStore.this) {
                checkOpen();
                if (!writable) {
                    throw new IOException("opened for reading alone");
                }
                if (failsNow()) {
                    // A device that gives up may have written a part before, or all.
                    int part = faultsHit % 2 == 0 ? source.remaining() / 2 : source.remaining();
                    if (part > 0 && fault != Fault.EROFS && offset + part <= inode.size()) {
                        inode.write(source.slice(source.position(), part), offset);
                    }
                    throw new IOException(fault.text);
                }
                long growth = Math.max(0, offset + source.remaining() - inode.size());
                if (growth > 0 && growth > usableSpace()) {
                    throw new IOException(Fault.ENOSPC.text);
                }
                inode.write(source, offset);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            Fault held = metadata ? null : forces.pass();
            synchronized (SimulatedFileStore.this) {
                checkOpen();
                if (held != null || failsNow()) {
                    inode.dropUnforced();
                    throw new IOException((held != null ? held : fault).text);
                }
                inode.force();
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedFileStore.this) {
                checkOpen();
                return inode.size();
            }
        }

        private void checkOpen() throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedFileStore.this) {
                closed = true;
            }
        }
    }
}
