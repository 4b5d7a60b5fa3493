package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogInspectorTest {
    @TempDir
    Path folder;

    @Test
    void itDescribesVerifiesAndScansWhileAServerHoldsTheLogAndChangesNothing() throws Exception {
        LogConfig config = LogConfig.defaults(folder.resolve("log"))
                .withSegmentBytes(8 * 1024)
                .withProbeInterval(Duration.ofMillis(10));
        try (Log log = Log.open(config)) {
            for (int i = 0; i < 400; i++) {
                LogTest.append(log, 1, i, "record " + i);
                log.appender().commit();
            }
            Path directory = folder.resolve("log");
            await().until(() -> log.stats().spares() == 2
                    && count(directory, FileNames.INDEX) == log.stats().segments() - 1);
            Map<Path, FileTime> before = times(directory);
            LogInspector inspector = LogInspector.of(directory);

            List<SegmentStat> stats = inspector.stat();
            assertThat(stats).hasSize(log.stats().segments());
            assertThat(stats.stream().mapToLong(SegmentStat::records).sum()).isEqualTo(400);
            assertThat(stats.getLast().state()).isEqualTo(SegmentStat.State.ACTIVE);
            assertThat(stats.getLast().end()).isEqualTo(log.endPosition());
            assertThat(stats.subList(0, stats.size() - 1)).allMatch(stat -> stat.state() == SegmentStat.State.SEALED);
            assertThat(stats.getFirst().firstSequence()).isZero();
            assertThat(stats.getLast().maxSequence()).isEqualTo(399);
            assertThat(stats.getFirst().minTimeMillis()).isEqualTo(1_000);

            VerifyReport report = inspector.verify();
            assertThat(report.clean()).isTrue();
            assertThat(report.records()).isEqualTo(400);

            List<String> texts = new ArrayList<>();
            long next = inspector.scan(log.positionAtSequence(390), Long.MAX_VALUE, r -> texts.add(LogTest.text(r)));
            assertThat(texts).hasSize(10).startsWith("record 390");
            assertThat(next).isEqualTo(log.endPosition());
            assertThat(times(directory)).isEqualTo(before);
        }
    }

    private static long count(Path directory, String ending) throws Exception {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).count();
        }
    }

    private static Map<Path, FileTime> times(Path directory) throws Exception {
        Map<Path, FileTime> times = new HashMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void aFolderThatIsNoLogIsNamed() {
        assertThatThrownBy(() -> LogInspector.of(folder))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("holds no log");
    }
}
