package io.signalbox.systemtests.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Version;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./test handshake}. */
class HandshakeTest {
    @Test
    void whateverStepIsBrokenOffEachMessageArrivesOnce() {
        long seed = System.nanoTime() & 0xffff_ffffL;
        System.out.println("seed " + seed);
        try (ServerProcess server = ServerProcess.started()) {
            HandshakeHarness.Report killed = HandshakeHarness.run(server, Version.V5, 1, 3, 20, seed);
            System.out.println(killed);
            assertThat(killed.findings()).isEmpty();
            assertThat(killed.kills()).isEqualTo(SenderStep.values().length + ReceiverStep.values().length);

            HandshakeHarness.Report older = HandshakeHarness.run(server, Version.V3_1_1, 0, 10, 20, seed);
            System.out.println(older);
            assertThat(older.findings()).isEmpty();
            assertThat(older.messages()).isGreaterThan(older.exchanges());
        }
    }

    @Test
    void theHarnessFindsABrokerThatForgets() {
        try (MosquittoProcess mosquitto = MosquittoProcess.create()) {
            mosquitto.start();
            assertThat(HandshakeHarness.run(mosquitto, Version.V5, 1, 0, 20, 1).findings())
                    .isNotEmpty();
        }
    }

    @Test
    void theHarnessFindsNothingInASoundBrokerThatIsNotKilled() {
        try (MosquittoProcess mosquitto = MosquittoProcess.create()) {
            mosquitto.start();
            HandshakeHarness.Report report = HandshakeHarness.run(mosquitto, Version.V5, 0, 2, 20, 1);
            assertThat(report.findings()).isEmpty();
            assertThat(report.losses()).isPositive();
        }
    }
}
