package io.signalbox.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./test crash}. */
class CrashTest {
    @Test
    void nothingAcknowledgedIsLostWhenTheServerIsKilledUnderLoad() {
        try (ServerProcess server = ServerProcess.with().build()) {
            CrashReport report = CrashHarness.run(CrashSettings.cycles(5), server, false);
            System.out.println(report.inWords());

            assertThat(report.findings()).as(report.inWords()).isEmpty();
            assertThat(report.kills()).isGreaterThanOrEqualTo(5);
            assertThat(report.acknowledged()).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void theHarnessFindsTheLossesOfABrokerThatForgets() {
        try (MosquittoProcess mosquitto = MosquittoProcess.create()) {
            // What it has lost never comes, however long one waits for it.
            CrashReport report = CrashHarness.run(CrashSettings.cycles(5), mosquitto, new Workload(3_000), false);

            assertThat(report.isClean()).as(report.inWords()).isFalse();
            assertThat(report.lost()).as("lost messages").isPositive();
            assertThat(report.sessionsLost()).as("lost sessions").isPositive();
        }
    }

    @Test
    void theHarnessFindsNothingInABrokerThatIsNotKilled() {
        CrashSettings settings = new CrashSettings(0, 1, 2, 5_000, 256);
        try (MosquittoProcess mosquitto = MosquittoProcess.create()) {
            CrashReport report = CrashHarness.run(settings, mosquitto, false);

            assertThat(report.findings()).as(report.inWords()).isEmpty();
            assertThat(report.delivered()).isGreaterThanOrEqualTo(10_000);
        }
    }
}
