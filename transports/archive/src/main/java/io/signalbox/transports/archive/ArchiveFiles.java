package io.signalbox.transports.archive;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder: {@code archive-<sequence of the first line>.ndjson}, {@code .zst} behind it once compressed. Changed by
 * the writer's thread alone, read by any.
 */
final class ArchiveFiles {
    private static final Pattern NAME = Pattern.compile("archive-([0-9]{19})\\.ndjson(\\.zst)?");
    private static final String COMPRESSED = ".zst";
    private static final String UNFINISHED = ".tmp";

    private static final String LOCK = "archive.lock";

    private final Path directory;
    private final FileChannel lock;

    /** @throws IOException also if another archive writes there: each would overwrite the other's lines */
    ArchiveFiles(Path directory) throws IOException {
        this.directory = directory;
        create(directory);
        lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // In this process, then.
        }
        lock.close();
        throw new IOException(directory + " is in use by another archive; give each a folder of its own");
    }

    private static void create(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    void unlock() throws IOException {
        lock.close();
    }

    /** Makes the names of files as safe as their contents. */
    void syncFolder() throws IOException {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Removes what a crash during a compression left. */
    void tidy() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                String name = String.valueOf(file.getFileName());
                boolean twice = name.endsWith(".ndjson") && Files.exists(directory.resolve(name + COMPRESSED));
                if (name.endsWith(COMPRESSED + UNFINISHED) || twice) {
                    Files.delete(file);
                }
            }
        }
    }

    /** By the sequence they begin with. */
    TreeMap<Long, Path> list() throws IOException {
        TreeMap<Long, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    // While one is compressed both may be there: the plain one is whole for certain.
                    files.merge(Long.parseLong(name.group(1)), file, (a, b) -> compressed(a) ? b : a);
                }
            }
        }
        return files;
    }

    private static boolean compressed(Path file) {
        return String.valueOf(file.getFileName()).endsWith(COMPRESSED);
    }

    Path path(long firstSequence) {
        return directory.resolve(String.format("archive-%019d.ndjson", firstSequence));
    }

    /** The plain file that was written to last; absent if there is none, or if it is compressed. */
    Optional<Path> last() throws IOException {
        TreeMap<Long, Path> files = list();
        return files.isEmpty() || compressed(files.lastEntry().getValue())
                ? Optional.empty()
                : Optional.of(files.lastEntry().getValue());
    }

    /** Replaces a file that is written to no more by a compressed one. */
    void compress(Path plain) throws IOException {
        Path target = directory.resolve(plain.getFileName() + COMPRESSED);
        Path unfinished = directory.resolve(plain.getFileName() + COMPRESSED + UNFINISHED);
        try (InputStream in = Files.newInputStream(plain);
                OutputStream out = Zstd.compress(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            in.transferTo(out);
        }
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(); // before the plain one goes
        Files.delete(plain);
    }

    /**
     * Deletes the oldest beyond so many.
     *
     * @return what is deleted
     */
    List<Path> retain(int filesMax) throws IOException {
        List<Path> all = List.copyOf(list().values());
        List<Path> gone = all.subList(0, Math.max(0, all.size() - filesMax));
        for (Path file : gone) {
            Files.delete(file);
        }
        return gone;
    }

    /** Its lines; absent if it is gone meanwhile. */
    static Optional<InputStream> open(Path file) throws IOException {
        try {
            return Optional.of(
                    compressed(file) ? decompress(file) : new BufferedInputStream(Files.newInputStream(file)));
        } catch (NoSuchFileException e) {
            Path now = file.resolveSibling(file.getFileName() + COMPRESSED);
            return !compressed(file) && Files.exists(now) ? Optional.of(decompress(now)) : Optional.empty();
        }
    }

    private static InputStream decompress(Path file) throws IOException {
        return Zstd.decompress(new BufferedInputStream(Files.newInputStream(file)));
    }
}
