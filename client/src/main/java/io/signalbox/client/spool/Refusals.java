package io.signalbox.client.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the server refused for good: a file each, so that a person can look, or in memory as their spool is.
 * Thread safe.
 */
final class Refusals {
    private static final String SUFFIX = ".refused";

    private static final Logger LOGGER = LoggerFactory.getLogger(Refusals.class);

    private final @Nullable DiskFolder folder;
    private final int max;

    /** By sequence; on disk the message itself is read when somebody asks. */
    private final TreeMap<Long, Shelved> shelved = new TreeMap<>();

    private record Shelved(long bytes, @Nullable RefusedMessage message) {}

    private Refusals(@Nullable DiskFolder folder, int max) {
        this.folder = folder;
        this.max = max;
    }

    static Refusals inMemory(int max) {
        return new Refusals(null, max);
    }

    static Refusals in(Path directory, int max) throws IOException {
        DiskFolder folder = new DiskFolder(directory);
        folder.restrict();
        Refusals refusals = new Refusals(folder, max);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.path(), "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String hex = name.substring(0, name.length() - SUFFIX.length());
                if (hex.matches("[0-7][0-9a-f]{15}")) {
                    folder.restrict(name);
                    refusals.shelved.put(Long.parseLong(hex, 16), new Shelved(Files.size(file), null));
                }
            }
        }
        return refusals;
    }

    synchronized int count() {
        return shelved.size();
    }

    synchronized long bytes() {
        return shelved.values().stream().mapToLong(Shelved::bytes).sum();
    }

    /** 0: there is none. */
    synchronized long lastSequence() {
        return shelved.isEmpty() ? 0 : shelved.lastKey();
    }

    synchronized boolean hasRoom() {
        return shelved.size() < max;
    }

    /**
     * @param bytes as the quota counts it
     * @return false: it is there already, from a process that was killed before it could write down that it is
     */
    synchronized boolean add(RefusedMessage refused, long bytes) throws IOException {
        Shelved known = shelved.get(refused.sequence());
        if (folder != null) {
            folder.write(name(refused.sequence()), RefusedRecord.encode(refused));
        }
        shelved.put(
                refused.sequence(),
                new Shelved(known == null ? bytes : known.bytes(), folder == null ? refused : null));
        return known == null;
    }

    /** Oldest first. One that cannot be read keeps nobody from the others; it can still be removed. */
    synchronized List<RefusedMessage> list(int limit) {
        List<RefusedMessage> found = new ArrayList<>();
        for (long sequence : shelved.keySet()) {
            if (found.size() == limit) {
                break;
            }
            try {
                get(sequence).ifPresent(found::add);
            } catch (UncheckedIOException e) {
                LOGGER.warn("refused message {} is left out: {}", sequence, e.getMessage());
            }
        }
        return found;
    }

    synchronized Optional<RefusedMessage> get(long sequence) {
        Shelved entry = shelved.get(sequence);
        if (entry == null || folder == null) {
            return entry == null ? Optional.empty() : Optional.ofNullable(entry.message());
        }
        try {
            return Optional.of(RefusedRecord.decode(folder.read(name(sequence)), sequence));
        } catch (IOException | RuntimeException e) {
            throw new UncheckedIOException(
                    folder.path().resolve(name(sequence)) + " cannot be read: " + e.getMessage(),
                    e instanceof IOException io ? io : new IOException(e));
        }
    }

    /** @return the bytes given back to the quota; empty: there is none of that sequence */
    synchronized Optional<Long> remove(long sequence) {
        Shelved entry = shelved.get(sequence);
        if (entry == null) {
            return Optional.empty();
        }
        if (folder != null) {
            try {
                folder.delete(name(sequence));
            } catch (IOException e) {
                throw new UncheckedIOException(folder.path().resolve(name(sequence)) + " cannot be removed", e);
            }
        }
        shelved.remove(sequence);
        return Optional.of(entry.bytes());
    }

    private static String name(long sequence) {
        return String.format("%016x%s", sequence, SUFFIX);
    }
}
