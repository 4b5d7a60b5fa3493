package io.signalbox.systemtests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short form of {@code ./test fuzz}. */
@EnabledOnOs(OS.LINUX)
class FuzzTest {
    @Test
    void afterMutatedPacketsTheSameProcessIsAsGoodAsNew() throws IOException {
        FuzzHarness.Report report = FuzzHarness.run(20_000, System.nanoTime());
        System.out.println(report);
        assertThat(report.findings()).isEmpty();
        assertThat(report.packets()).isGreaterThanOrEqualTo(20_000);
        assertThat(report.after().heapBytes()).isLessThan(report.before().heapBytes() + (32L << 20));
    }
}
