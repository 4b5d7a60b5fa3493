package io.signalbox.log.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A folder on a disk. The folder is 0700 and its files 0600 where the file system knows permissions. */
public final class DiskFileStore implements FileStore {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?>[] NONE = {};
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final boolean posix;
    private final Set<DiskFile> openFiles = ConcurrentHashMap.newKeySet();

    public DiskFileStore(Path directory) {
        this.directory = directory.toAbsolutePath();
        this.posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public String description() {
        return directory.toString();
    }

    @Override
    public void prepare(boolean ours) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FOLDER)} : NONE);
        }
        if (posix && (ours || isEmpty())) {
            Files.setPosixFilePermissions(directory, FOLDER);
        }
        if (!ours) {
            forceNamesAbove();
        }
    }

    /** A folder whose own name a power cut takes away is lost with all that is in it, and so are those above it. */
    private void forceNamesAbove() throws IOException {
        for (Path above = directory.getParent(); above != null; above = above.getParent()) {
            try {
                forceFolder(above);
            } catch (AccessDeniedException notOurs) {
                return; // Then we did not make what is in it either.
            }
        }
    }

    private boolean isEmpty() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return names;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)) {
                    names.add(entry.getFileName().toString());
                }
            }
        }
        return names;
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return track(name, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE), NONE);
    }

    @Override
    public StoredFile openReadOnly(String name) throws IOException {
        return track(name, Set.of(StandardOpenOption.READ), NONE);
    }

    @Override
    public StoredFile create(String name) throws IOException {
        return track(
                name,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                fileAttributes());
    }

    private StoredFile track(String name, Set<StandardOpenOption> options, FileAttribute<?>[] attributes)
            throws IOException {
        DiskFile file =
                new DiskFile(directory.resolve(name), options, attributes, openFiles::remove, FileChannel::open);
        openFiles.add(file);
        return file;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path source = directory.resolve(from);
        Path target = directory.resolve(to);
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        for (DiskFile file : openFiles) {
            if (file.path().equals(source)) {
                file.renamed(target);
            }
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        forceFolder(directory);
    }

    private void forceFolder(Path folder) throws IOException {
        if (!posix) {
            return; // Such systems cannot open a folder, and journal the names themselves.
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableSpace() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public StoreLock lock(String name) throws IOException {
        Path path = directory.toRealPath().resolve(name);
        // Asked first: to open and close the file once more would release this process's lock on it (POSIX, fcntl).
        if (!LOCKED_HERE.add(path)) {
            throw new StoreLockedException(
                    description(), Long.toString(ProcessHandle.current().pid()));
        }
        try {
            FileChannel channel = lockFile(path);
            AtomicBoolean held = new AtomicBoolean(true);
            return () -> {
                if (held.getAndSet(false)) {
                    try (channel) {
                        LOCKED_HERE.remove(path);
                    }
                }
            };
        } catch (IOException | RuntimeException e) {
            LOCKED_HERE.remove(path);
            throw e;
        }
    }

    private FileChannel lockFile(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                fileAttributes());
        try {
            if (channel.tryLock() == null) {
                throw new StoreLockedException(description(), holder(channel));
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        try {
            channel.truncate(0);
            byte[] holder = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(holder), 0);
        } catch (ClosedChannelException interrupted) {
            throw interrupted; // And the lock is gone with the channel.
        } catch (IOException full) {
            // The number is there for people alone; a full disk must not keep the log from being opened and read.
        }
        return channel;
    }

    private static String holder(FileChannel channel) {
        try {
            ByteBuffer text = ByteBuffer.allocate(20);
            channel.read(text, 0);
            String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
            return pid.chars().allMatch(Character::isDigit) && !pid.isEmpty() ? pid : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private FileAttribute<?>[] fileAttributes() {
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FILE)} : NONE;
    }

    @Override
    public void close() {
        // Each file is closed by who opened it.
    }
}
