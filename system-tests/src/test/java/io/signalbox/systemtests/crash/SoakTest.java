package io.signalbox.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short form of {@code ./test soak}: each disturbance once. */
@EnabledOnOs(OS.LINUX)
class SoakTest {
    @Test
    void killsPausesAndAFullDiskLoseNothingAndTheServerGoesOn() throws IOException {
        long seed = System.nanoTime() & 0xffff_ffffL;
        SoakHarness.Report report =
                SoakHarness.run(new SoakHarness.Plan(3, Duration.ofMillis(500), Duration.ofSeconds(3), 500, seed));
        System.out.println("seed " + seed + ": " + report);
        assertThat(report.findings()).as("seed " + seed).isEmpty();
        assertThat(report.kills()).isPositive();
        assertThat(report.pauses()).isPositive();
        assertThat(report.acknowledged()).isGreaterThan(300);
    }
}
