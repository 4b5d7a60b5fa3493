package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class SoakFindingsTest {
    @TempDir
    private Path folder = Path.of("");

    private static SoakSample sample(int i, double residentMib, double p999Us) {
        return new SoakSample(i * 10.0, 1_000_000, residentMib, 50, 20, 60, 100, p999Us);
    }

    /** The server, or the soak itself, may be gone the moment after. */
    @Test
    void aSampleIsOnDiskAtOnce() throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        findings.add(sample(1, 500, 1_000));
        assertThat(Files.readAllLines(folder.resolve("soak.csv")))
                .containsExactly(SoakSample.HEADER, "10.0,1000000,500.0,50.0,20.0,60,100.0,1000.0");
        findings.draw();
        assertThat(folder.resolve("soak.svg")).exists();
    }

    @Test
    void withoutSamplesThereIsNoPlotAndNoGoodVerdict() throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        findings.draw();
        assertThat(folder.resolve("soak.svg")).doesNotExist();
        assertThat(findings.flat(30)).isFalse();
    }

    @Test
    void whatGrowsIsFound() throws IOException {
        assertThat(flat(0, 0)).isTrue();
        assertThat(flat(0.5, 0)).as("resident memory, 9 % in all").isFalse();
        assertThat(flat(0, 2)).as("latency, 30 % in all").isFalse();
    }

    @Test
    void whatComesAtTheEndIsFound() throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        for (int i = 0; i < 180; i++) {
            findings.add(sample(i, i < 144 ? 500 + i % 2 : 1_000, 1_000));
        }
        assertThat(findings.flat(30)).isFalse();
    }

    @Test
    void aStandstillIsNoGoodLatency() throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        for (int i = 0; i < 180; i++) {
            boolean still = i > 60 && i < 90;
            findings.add(still ? new SoakSample(i * 10.0, 0, 500, 50, 20, 60, 0, 0) : sample(i, 500, 1_000));
        }
        assertThat(findings.flat(30)).isFalse();
    }

    @Test
    void descriptorsThatAreNotGivenBackAreFound() throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        for (int i = 0; i < 180; i++) {
            findings.add(new SoakSample(i * 10.0, 1_000_000, 500, 50, 20, 60 + i / 30, 100, 1_000));
        }
        assertThat(findings.flat(30)).isFalse();
        assertThat(Files.readString(folder.resolve("soak.txt")))
                .contains("resident memory: median 500.0 MiB", ": flat", "descriptors: median 63.0 open", ": GROWS");
    }

    @Test
    void whatARunDidToItsMessagesIsKept() throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        ObjectNode run = Generator.JSON.createObjectNode().put("lost", 0).put("stall_resets", 7);
        assertThat(findings.whole("warm-up", run)).isTrue();
        assertThat(findings.whole("greatest rate", run.put("unacked", 1_200).put("disconnects", 1)))
                .isFalse();
        assertThat(Files.readAllLines(folder.resolve("soak.txt")))
                .containsExactly(
                        "warm-up: no message lost or disturbed",
                        "greatest rate: FAULTS: 1,200 unacknowledged, 1 disconnects");
    }

    /** Half an hour; so much more with each of its 180 samples. */
    private boolean flat(double residentMibEach, double p999UsEach) throws IOException {
        SoakFindings findings = new SoakFindings(folder);
        for (int i = 0; i < 180; i++) {
            findings.add(sample(i, 1_000 + i * residentMibEach, 1_000 + i * p999UsEach));
        }
        return findings.flat(30);
    }
}
