package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Fills a real, small file system of a few MiB: {@code mount -t tmpfs -o size=3m tmpfs /tmp/small}, then
 * {@code -Dsignalbox.smallDisk=/tmp/small}.
 */
@EnabledIfSystemProperty(named = "signalbox.smallDisk", matches = ".+")
class FullDiskTest {
    @Test
    void aFullDiskRefusesWritesAndTakesThemAgainWhenThereIsRoom() throws Exception {
        Path disk = Path.of(System.getProperty("signalbox.smallDisk", ""));
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[1024 * 1024]);
        LogConfig config = LogConfig.defaults(disk.resolve("log"))
                .withSegmentBytes(256 * 1024)
                .withProbeInterval(Duration.ofMillis(20));
        int written = 0;
        try (Log log = Log.open(config)) {
            LogWriteException refusal = null;
            while (refusal == null) {
                LogTest.append(log, 1, written, "record " + written);
                try {
                    log.appender().commit();
                    written++;
                } catch (LogWriteException e) {
                    refusal = e;
                }
            }
            System.out.println(written + " written, then: " + refusal.getMessage());
            assertThat(refusal.kind()).isEqualTo(LogWriteException.Kind.FULL);
            assertThat(log.health()).isInstanceOf(LogHealth.Full.class);
            assertThat(LogTest.all(log)).hasSize(written);
            Files.delete(ballast);
            await().until(() -> log.health().healthy());
            LogTest.append(log, 1, written, "record " + written);
            log.appender().commit();
            written++;
        }
        try (Log log = Log.open(config)) {
            assertThat(log.recovery().clean()).isTrue();
            assertThat(LogTest.all(log)).hasSize(written);
        }
    }
}
