package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.LosingSession;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SourceLossesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedBroker broker = Brokers.open();
    private final TestClient client =
            TestClient.open(broker, SessionOptions.transientSession("any"), SettleBehaviour.ACCEPT, PATIENCE);
    private final LosingSession session = new LosingSession(client.session());
    private final SourceLosses losses = new SourceLosses("b", "source");

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    private void look(long... counts) {
        for (long count : counts) {
            session.lost(count);
            losses.look(session);
        }
    }

    @Test
    void aSessionThatBeginsAnewAddsToWhatWasCounted() {
        look(0, 5, 7, 7, 0, 3);
        assertThat(losses.count()).isEqualTo(10);
    }

    @Test
    void whatWasLostBeforeTheFirstLookIsNotCounted() {
        look(1_000, 1_003);
        assertThat(losses.count()).isEqualTo(3);
    }

    @Test
    void whatIsLostWhileAnotherBridgeCarriesIsThatOnesToCount() {
        look(0, 5);
        losses.leave();
        look(20, 21);
        assertThat(losses.count()).isEqualTo(6);
    }

    /** The look is the bridge's timer's, and part of its opening. */
    @Test
    void aSourceThatCannotTellDisturbsNothing() {
        look(0, 5, -1, -1, 7);
        assertThat(losses.count()).isEqualTo(7);
    }
}
