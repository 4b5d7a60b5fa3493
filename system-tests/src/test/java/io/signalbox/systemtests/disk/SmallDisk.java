package io.signalbox.systemtests.disk;

import io.signalbox.systemtests.process.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A disk of a few megabytes in memory, mounted at {@link #folder}, with a ballast file that gives
 * space back when it is thrown off. Needs root and Linux.
 */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path ballast;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    /** Whether this machine lets us mount one. */
    public static boolean isPossible() {
        try (SmallDisk disk = mount(1)) {
            return Files.isDirectory(disk.folder());
        } catch (RuntimeException e) {
            return false;
        }
    }

    public static SmallDisk mount(int mebibytes) {
        try {
            Path folder = Files.createTempDirectory("small-disk");
            try {
                run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
            } catch (RuntimeException e) {
                Files.delete(folder);
                throw e;
            }
            return new SmallDisk(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) {
        try (Child child = Child.start(List.of(command), Map.of())) {
            int code = child.awaitExit(Duration.ofSeconds(60));
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", command) + " gave " + code + ": " + child.tail());
            }
        }
    }

    public Path folder() {
        return folder;
    }

    /** Takes away whatever is left, to the last page. */
    public void fill() throws IOException {
        try (FileChannel file = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer page = ByteBuffer.allocate(4096);
            try {
                while (file.write(page.clear()) > 0) {
                    // Another page is gone.
                }
            } catch (IOException full) {
                // No space left on device: as wanted.
            }
        }
    }

    public void throwOffBallast() throws IOException {
        Files.deleteIfExists(ballast);
    }

    @Override
    public void close() {
        run("umount", "-l", folder.toString());
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
