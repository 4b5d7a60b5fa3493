package io.signalbox.transports.composite.merge;

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

class MemberSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedBroker broker = Brokers.open();
    private final TestClient client =
            TestClient.open(broker, SessionOptions.transientSession("any"), SettleBehaviour.ACCEPT, PATIENCE);
    private final LosingSession first = new LosingSession(client.session());
    private final LosingSession second = new LosingSession(client.session());
    private final MemberSessions members = new MemberSessions(2);

    MemberSessionsTest() {
        members.put(0, first);
        members.put(1, second);
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    @Test
    void aMembersLossesCountOnceHoweverOftenItLeavesAndComesBack() {
        assertThat(members.lostCount()).isZero();
        first.lost(5);
        second.lost(2);
        assertThat(members.lostCount()).isEqualTo(7);
        for (int i = 0; i < 3; i++) {
            members.put(0, null);
            assertThat(members.lostCount()).isEqualTo(7);
            members.put(0, first);
            assertThat(members.lostCount()).isEqualTo(7);
        }
        first.lost(6);
        assertThat(members.lostCount()).isEqualTo(8);
    }

    @Test
    void whatAMemberThatJoinsLateHasLostBeforeIsNotCounted() {
        members.put(1, null);
        assertThat(members.lostCount()).isZero();
        second.lost(1_000);
        members.put(1, second);
        assertThat(members.lostCount()).isZero();
        second.lost(1_001);
        assertThat(members.lostCount()).isEqualTo(1);
    }

    @Test
    void theyAreCompleteWhileNoneIsMissing() {
        assertThat(members.complete()).isTrue();
        members.put(1, null);
        assertThat(members.complete()).isFalse();
    }
}
