package io.signalbox.log.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DiskFileStoreTest {
    @TempDir
    Path folder;

    /** Another process that wants the lock: exit code 0 if it got it, 3 if not. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                FileLock lock = channel.tryLock();
                System.exit(lock == null ? 3 : 0);
            }
        }
    }

    private boolean otherProcessGetsTheLock() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        folder.resolve("LOCK").toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isIn(0, 3);
        return process.exitValue() == 0;
    }

    @Test
    void aSecondAttemptInTheSameProcessDoesNotLoosenTheLock() throws Exception {
        try (DiskFileStore store = new DiskFileStore(folder);
                DiskFileStore again = new DiskFileStore(folder)) {
            StoreLock lock = store.lock("LOCK");
            assertThatThrownBy(() -> again.lock("LOCK"))
                    .isInstanceOfSatisfying(
                            StoreLockedException.class,
                            e -> assertThat(e.holder())
                                    .isEqualTo(Long.toString(
                                            ProcessHandle.current().pid())));
            assertThat(otherProcessGetsTheLock()).isFalse();
            lock.close();
            assertThat(otherProcessGetsTheLock()).isTrue();
            StoreLock second = again.lock("LOCK");
            lock.close(); // Closing twice is no harm to whoever has it now.
            assertThatThrownBy(() -> store.lock("LOCK")).isInstanceOf(StoreLockedException.class);
            second.close();
        }
    }

    /** {@code /dev/full} says what a full disk says. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskTooFullForTheHoldersNumberIsLockedAllTheSame() throws Exception {
        Files.createSymbolicLink(folder.resolve("LOCK"), Path.of("/dev/full"));
        try (DiskFileStore store = new DiskFileStore(folder)) {
            store.lock("LOCK").close();
            store.lock("LOCK").close();
        } finally {
            Files.delete(folder.resolve("LOCK"));
        }
    }

    @Test
    void everyFolderThatIsMadeBelongsToItsOwnerAlone() throws Exception {
        Path log = folder.resolve("data/here/log");
        try (DiskFileStore store = new DiskFileStore(log)) {
            store.prepare(false);
            for (Path made : List.of(log, folder.resolve("data/here"), folder.resolve("data"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                        .as("%s", made)
                        .isEqualTo("rwx------");
            }
        }
    }
}
