package io.signalbox.systemtests.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Pipeline;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code ./test damage}, and who may read what a server writes. */
@EnabledOnOs(OS.LINUX)
class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void everythingInTheDataFolderIsItsOwnersAloneWhateverTheUmaskIs() throws IOException {
        try (ServerProcess server = ServerProcess.with()
                .wrapper("sh", "-c", "umask 0; exec \"$@\"", "sh")
                .set("log.segment-bytes", "64KiB")
                .set("broker.snapshot-bytes", "64KiB")
                .start()) {
            publish(server);
            server.stop();
            server.start();
            publish(server);
            // A running server deletes the snapshot that the next one replaces, perhaps while it is looked at.
            server.stop();
            try (Stream<Path> paths = Files.walk(server.data())) {
                List<Path> all = paths.toList();
                assertThat(all).as("segments, indexes, snapshots, a lock").hasSizeGreaterThan(8);
                for (Path path : all) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .as(path.toString())
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
                }
            }
        }
    }

    private static void publish(ServerProcess server) throws IOException {
        try (Connection connection = Connection.open(server.mqttPort(), Version.V3_1_1, "writer", 0, true, 60_000)) {
            Pipeline pipeline = new Pipeline(connection, Version.V3_1_1, 50, (index, reason) -> {});
            for (int i = 0; i < 400; i++) {
                pipeline.publish("t", new byte[1_000]);
            }
            pipeline.drain();
        }
    }

    @Test
    void aDamagedFileIsRefusedOrRecoveredAndNothingIsServedWrong() throws IOException {
        long seed = System.nanoTime() & 0xffff_ffffL;
        DamageHarness.Report report = DamageHarness.run(folder, 10, seed);
        System.out.println("seed " + seed + ": " + report);
        assertThat(report.findings()).as("seed " + seed).isEmpty();
        assertThat(report.cases()).isEqualTo(10);
    }
}
