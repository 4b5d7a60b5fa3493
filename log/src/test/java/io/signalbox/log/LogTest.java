package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
    @TempDir
    Path folder;

    private LogConfig config() {
        return LogConfig.defaults(folder.resolve("log")).withSegmentBytes(64 * 1024);
    }

    static long append(Log log, long key, long sequence, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return log.appender().append(7, key, sequence, 1_000 + sequence, bytes, 0, bytes.length);
    }

    static String text(LogRecord record) {
        return new String(record.copyPayload(), StandardCharsets.UTF_8);
    }

    static List<String> all(Log log) throws IOException {
        List<String> texts = new ArrayList<>();
        log.scan(log.startPosition(), Long.MAX_VALUE, r -> texts.add(text(r)));
        return texts;
    }

    @Test
    void aCommittedRecordIsReadBackAtItsPosition() throws Exception {
        try (Log log = Log.open(config())) {
            long first = append(log, 5, 1, "one");
            long second = append(log, 5, 2, "two");
            assertThatThrownBy(() -> log.read(first)).isInstanceOf(RecordNotFoundException.class);
            log.appender().commit();
            assertThat(text(log.read(first))).isEqualTo("one");
            LogRecord record = log.read(second);
            assertThat(text(record)).isEqualTo("two");
            assertThat(record.type()).isEqualTo(7);
            assertThat(record.key()).isEqualTo(5);
            assertThat(record.sequence()).isEqualTo(2);
            assertThat(record.timeMillis()).isEqualTo(1_002);
            assertThat(record.position()).isEqualTo(second);
            assertThat(record.nextPosition()).isEqualTo(log.endPosition());
        }
    }

    @Test
    void everythingIsThereAfterOpeningAgain() throws Exception {
        List<String> expected = new ArrayList<>();
        long end;
        try (Log log = Log.open(config())) {
            for (int i = 0; i < 5_000; i++) {
                append(log, i % 7 + 1, i, "record " + i);
                expected.add("record " + i);
                if (i % 13 == 0) {
                    log.appender().commit();
                }
            }
            log.appender().commit();
            assertThat(all(log)).isEqualTo(expected);
            end = log.endPosition();
            assertThat(log.stats().segments()).isGreaterThan(3);
        }
        try (Log log = Log.open(config())) {
            assertThat(log.recovery().clean()).isTrue();
            assertThat(log.recovery().segmentsTrusted()).isEqualTo(log.stats().segments() - 1);
            assertThat(all(log)).isEqualTo(expected);
            assertThat(log.endPosition()).isEqualTo(end);
            assertThat(log.stats().records()).isEqualTo(5_000);
            append(log, 0, 5_000, "more");
            log.appender().commit();
            expected.add("more");
            assertThat(all(log)).isEqualTo(expected);
        }
    }

    @Test
    void aBatchLargerThanASegmentSpansSeveralAndKeepsItsPositions() throws Exception {
        try (Log log = Log.open(config())) {
            List<Long> positions = new ArrayList<>();
            for (int i = 0; i < 4_000; i++) {
                positions.add(append(log, 0, i, "record " + i));
            }
            assertThat(log.appender().end()).isGreaterThan(3 * 64 * 1024);
            log.appender().commit();
            for (int i = 0; i < 4_000; i++) {
                assertThat(text(log.read(positions.get(i)))).isEqualTo("record " + i);
            }
        }
        try (Log log = Log.open(config())) {
            assertThat(all(log)).hasSize(4_000);
        }
    }

    @Test
    void aRecordLargerThanASegmentGetsALargerSegment() throws Exception {
        String large = "x".repeat(300_000);
        try (Log log = Log.open(config())) {
            append(log, 0, 1, "small");
            long position = append(log, 0, 2, large);
            append(log, 0, 3, "after");
            log.appender().commit();
            assertThat(text(log.read(position))).isEqualTo(large);
        }
        try (Log log = Log.open(config())) {
            assertThat(all(log)).containsExactly("small", large, "after");
        }
    }

    @Test
    void aRequestedSyncIsAnnounced() throws Exception {
        try (Log log = Log.open(config())) {
            CountDownLatch synced = new CountDownLatch(1);
            log.onSync(new SyncListener() {
                @Override
                public void onSynced(long position) {
                    synced.countDown();
                }

                @Override
                public void onSyncFailed(long from, long to, IOException cause) {}
            });
            append(log, 0, 1, "one");
            log.appender().commit();
            log.appender().requestSync();
            assertThat(synced.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(log.syncedPosition()).isEqualTo(log.endPosition());
        }
    }

    @Test
    void aSecondOpenIsRefusedAndNamesFolderAndHolder() throws Exception {
        try (Log log = Log.open(config())) {
            assertThat(log.health().healthy()).isTrue();
            assertThatThrownBy(() -> Log.open(config()))
                    .isInstanceOf(LogLockedException.class)
                    .hasMessageContaining(folder.resolve("log").toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        Log.open(config()).close();
    }

    @Test
    void aNewerFormatIsRefusedAndNothingIsTouched() throws Exception {
        Files.createDirectory(folder.resolve("log"));
        Files.writeString(folder.resolve("log/FORMAT"), "signalbox-log 2\n");
        assertThatThrownBy(() -> Log.open(config()))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining("format version 2")
                .hasMessageContaining("up to version 1");
        try (var files = Files.list(folder.resolve("log"))) {
            assertThat(files).containsExactly(folder.resolve("log/FORMAT"));
        }
    }

    @Test
    void folderAndFilesBelongToTheirOwnerAlone() throws Exception {
        try (Log log = Log.open(config())) {
            append(log, 0, 1, "one");
            log.appender().commit();
            log.snapshots().write(log.endPosition(), out -> out.writeInt(1));
            await().until(() -> log.stats().spares() == 2);
        }
        Path log = folder.resolve("log");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rwx------");
        try (var files = Files.list(log)) {
            List<Path> paths = files.toList();
            assertThat(paths).hasSizeGreaterThanOrEqualTo(6);
            for (Path file : paths) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as("%s", file)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void theNewestSnapshotIsReadBackAndTwoAreKept() throws Exception {
        try (Log log = Log.open(config())) {
            for (int i = 1; i <= 3; i++) {
                int value = i;
                log.snapshots().write(i * 100L, out -> out.writeInt(value));
            }
            Snapshot snapshot = log.snapshots().latest().orElseThrow();
            assertThat(snapshot.position()).isEqualTo(300);
            assertThat(snapshot.content().readInt()).isEqualTo(3);
        }
        byte[] bytes = Files.readAllBytes(folder.resolve("log/" + FileNames.snapshot(300)));
        bytes[bytes.length - 1] ^= 1;
        Files.write(folder.resolve("log/" + FileNames.snapshot(300)), bytes);
        try (Log log = Log.open(config())) {
            assertThat(log.snapshots().latest().orElseThrow().position()).isEqualTo(200);
            assertThat(Files.exists(folder.resolve("log/" + FileNames.snapshot(100))))
                    .isFalse();
        }
    }

    @Test
    void anExistingFolderWithOtherFilesKeepsItsModeAndAnEmptyOneIsClosedToOthers() throws Exception {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(shared.resolve("notes.txt"), "not ours");
        Log.open(config().withDirectory(shared)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                .isEqualTo("rwxr-xr-x");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
        Log.open(config().withDirectory(empty)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(empty)))
                .isEqualTo("rwx------");
    }

    @Test
    void anInterruptedOwnerStillCommitsAndKeepsItsInterrupt() throws Exception {
        try (Log log = Log.open(config())) {
            append(log, 0, 1, "one");
            log.appender().commit();
            Thread.currentThread().interrupt();
            append(log, 0, 2, "two");
            log.appender().commit();
            assertThat(Thread.interrupted()).isTrue();
            append(log, 0, 3, "three");
            log.appender().commit();
            assertThat(all(log)).containsExactly("one", "two", "three");
        }
        try (Log log = Log.open(config())) {
            assertThat(all(log)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheLimit() throws Exception {
        try (Log log = Log.open(config().withRecordBytesMax(1_000))) {
            Appender appender = log.appender();
            assertThatThrownBy(() -> appender.append(1, 0, 0, 0, new byte[1_001], 0, 1_001))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1001 bytes is over recordBytesMax of 1000");
            assertThatThrownBy(() -> appender.append(256, 0, 0, 0, new byte[1], 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 to 255");
            assertThatThrownBy(() -> appender.append(1, 0, 0, 0, new byte[1], 1, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(appender.end()).isEqualTo(log.endPosition());
        }
        assertThatThrownBy(() -> config().withSegmentsMax(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("segmentsMax is 1");
    }

    @Test
    void aDiscardedBatchLeavesNoTrace() throws Exception {
        try (Log log = Log.open(config())) {
            append(log, 1, 1, "dropped");
            log.appender().discard();
            log.appender().commit();
            assertThat(log.endPosition()).isZero();
            append(log, 1, 1, "kept");
            log.appender().commit();
            assertThat(all(log)).containsExactly("kept");
        }
    }
}
