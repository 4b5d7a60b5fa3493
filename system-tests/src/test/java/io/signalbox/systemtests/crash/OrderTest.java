package io.signalbox.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./test ordering}: fewer messages, and connections that are shorter instead. */
class OrderTest {
    private static final int PUBLISHERS = 50;

    @Test
    void eachPublishersMessagesStayInOrderThoughItsConnectionsComeAndGo() {
        try (ServerProcess server = ServerProcess.started()) {
            OrderHarness.Report report = OrderHarness.run(server, 30_000, PUBLISHERS, 100);
            System.out.println(report);
            assertThat(report.findings()).isEmpty();
            assertThat(report.messages()).isGreaterThanOrEqualTo(30_000);
            assertThat(report.connections()).as("reconnects").isGreaterThan(2L * PUBLISHERS);
        }
    }
}
