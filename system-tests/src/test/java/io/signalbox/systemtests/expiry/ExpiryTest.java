package io.signalbox.systemtests.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short form of {@code ./test expiry}. */
@EnabledOnOs(OS.LINUX)
class ExpiryTest {
    private static final long DISK_GROWTH_BYTES_MAX = 8L << 20;

    @Test
    void whatExpiredSessionsHeldComesBackFromHeapAndDisk() throws IOException {
        ExpiryHarness.Report report = ExpiryHarness.run(50, 100, 4_096, 1, DISK_GROWTH_BYTES_MAX);
        System.out.println(report);
        assertThat(report.queued()).isZero();
        assertThat(report.sessions()).isZero();
        assertThat(report.mismatches()).isZero();
        assertThat(report.full().diskBytes())
                .as("the queues were on disk")
                .isGreaterThan(report.before().diskBytes() + DISK_GROWTH_BYTES_MAX);
        assertThat(report.after().diskBytes()).isLessThan(report.before().diskBytes() + DISK_GROWTH_BYTES_MAX);
        assertThat(report.after().heapBytes()).isLessThan(report.before().heapBytes() + (16L << 20));
    }
}
