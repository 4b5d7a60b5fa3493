package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.benchmarks.load.ProcessFigures;
import io.signalbox.benchmarks.load.ProcessFigures.Cpu;
import io.signalbox.benchmarks.load.ProcessFigures.ThreadCpu;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class BudgetTest {
    @Test
    void aSampleBelongsToTheInnermostStation() {
        assertThat(Station.ofTypes(List.of(
                        "java.util.HashMap",
                        "io.signalbox.broker.routing.Router",
                        "io.signalbox.broker.journal.Journal")))
                .isEqualTo(Station.ROUTE);
        assertThat(Station.ofTypes(
                        List.of("io.netty.buffer.PooledByteBuf", "io.signalbox.gateway.mqtt.publish.Inbound")))
                .isEqualTo(Station.DECODE);
        assertThat(Station.ofTypes(List.of("io.signalbox.broker.session.Outbox")))
                .isEqualTo(Station.ENQUEUE);
        assertThat(Station.ofTypes(List.of("java.lang.Thread"))).isEqualTo(Station.OTHER);
    }

    @Test
    void collectorAndCompilersAreNoStations() {
        Map<String, ThreadCpu> before = Map.of("1", new ThreadCpu("signalbox-loop-", new Cpu(1, 5)));
        Map<String, ThreadCpu> after = Map.of(
                "1", new ThreadCpu("signalbox-loop-", new Cpu(3, 9)),
                "2", new ThreadCpu("GC Thread#0", new Cpu(0.25, 9)),
                "3", new ThreadCpu("G1 Refine#0", new Cpu(0.25, 9)),
                "4", new ThreadCpu("C2 CompilerThre", new Cpu(4, 9)));
        assertThat(UserTime.between(before, after)).isEqualTo(new UserTime(2, 0.5, 4));
    }

    @Test
    void theTimeOfJavaIsSharedOutBySamples() {
        String text = new BudgetTable(
                        1_000_000,
                        new UserTime(2, 0.5, 0.5),
                        1,
                        Map.of(Station.LOG, 30L, Station.ENCODE, 10L),
                        0.25,
                        232,
                        Map.of("[B", 3L, "a.B", 1L))
                .text();
        assertThat(text.lines().toList())
                .contains(
                        "| log | 1500.0 | 38 % |",
                        "| encode | 500.0 | 13 % |",
                        "| route | 0.0 | 0 % |",
                        "| garbage collection | 500.0 | 13 % |",
                        "| kernel: sockets, files, waking | 1000.0 | 25 % |",
                        "| all | 4000.0 | 100 % |");
        assertThat(text)
                .contains("40 samples", "0.2500 system calls and 232.0 allocated bytes", "of these: [B 174, a.B 58");
    }

    @Test
    @Timeout(60)
    void threadsAreReadByNameAndTime() throws InterruptedException {
        Thread spinning = Thread.ofPlatform().name("spin (a) b").start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        try {
            double used = 0;
            while (used == 0) {
                used = ProcessFigures.threads(ProcessHandle.current().pid()).values().stream()
                        .filter(thread -> thread.name().equals("spin (a) b"))
                        .mapToDouble(thread -> thread.cpu().user())
                        .sum();
            }
        } finally {
            spinning.interrupt();
            spinning.join();
        }
    }

    @Test
    void theRecorderCountsWhatThreadsAllocate(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("budget.jfr");
        int bytes = 64 << 20;
        try (jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
            recording.enable("jdk.ThreadAllocationStatistics").with("period", "everyChunk");
            recording.enable("jdk.ObjectAllocationSample");
            recording.start();
            long kept = 0;
            for (int i = 0; i < bytes / (1 << 20); i++) {
                kept += new byte[1 << 20].length;
            }
            assertThat(kept).isEqualTo(bytes);
            recording.dump(file);
        }
        assertThat(Recording.read(file).allocatedBytes()).isGreaterThanOrEqualTo(bytes);
        assertThat(Recording.read(file).bytesByClass().get("[B")).isGreaterThan(bytes / 2);
    }
}
