package io.signalbox.systemtests.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./test diskfull}. */
class FullDiskTest {
    @Test
    void aFullDiskLosesNothingAcknowledgedAndTheServerComesBackByItself() throws IOException {
        assumeTrue(SmallDisk.isPossible(), "mounting a small disk needs root on Linux; run ./test as root");

        FullDiskHarness.Report report = FullDiskHarness.run(2);
        System.out.println(report);
        assertThat(report.findings()).isEmpty();
        assertThat(report.accepted()).isPositive();
        assertThat(report.refused()).isPositive();
    }
}
