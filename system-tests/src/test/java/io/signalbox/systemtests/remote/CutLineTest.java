package io.signalbox.systemtests.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.remote.RemoteConfig;
import io.signalbox.transports.remote.RemoteTransport;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that are cut again and again in mid-stream, wherever in a packet they are. */
final class CutLineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = 3_000;
    private static final int CUTS = 8;

    @SuppressWarnings("NullAway.Init") // before each
    private FarServer server;

    @SuppressWarnings("NullAway.Init") // before each
    private TcpProxy line;

    @SuppressWarnings("NullAway.Init") // before each
    private RemoteTransport near;

    @SuppressWarnings("NullAway.Init") // before each
    private RemoteTransport cut;

    @BeforeEach
    void start() throws Exception {
        server = new FarServer(TimeSource.monotonic());
        line = new TcpProxy(server.mqttPort);
        near = open(server.mqttPort, "near");
        cut = open(line.port(), "cut");
    }

    private static RemoteTransport open(int port, String clientId) {
        return RemoteTransport.open(
                RemoteConfig.of(URI.create("mqtt://127.0.0.1:" + port), clientId), TimeSource.monotonic());
    }

    @AfterEach
    void stop() throws Exception {
        near.close();
        cut.close();
        line.close();
        server.close();
    }

    private void cutAgainAndAgain(Numbers numbers) {
        for (int i = 1; i <= CUTS; i++) {
            numbers.awaitAnswers(MESSAGES * i / (CUTS + 2));
            line.cut();
        }
    }

    @Test
    void aReceiversLineGivesNobodyAnythingTwiceAndLosesNothing() throws Exception {
        TestClient subscriber = TestClient.open(
                        cut, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("faults/#");
        Numbers numbers = Numbers.publish(near, MESSAGES, PATIENCE);
        cutAgainAndAgain(numbers);
        assertThat(numbers.awaitDelivered(subscriber, true)).isZero();
    }

    @Test
    void aPublishersLineIsKnownAgainByTheKeysThatAreAdded() throws Exception {
        TestClient subscriber = TestClient.open(
                        near, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("faults/#");
        Numbers numbers = Numbers.publish(cut, MESSAGES, PATIENCE);
        cutAgainAndAgain(numbers);
        assertThat(numbers.awaitDelivered(subscriber, true)).isZero();
        assertThat(subscriber.received().deliveries())
                .allMatch(delivery -> delivery.message().properties().idempotencyKey() == null);
    }

    @Test
    void aTransientSessionOutlivesItsLine() throws Exception {
        TestClient subscriber = TestClient.open(
                        cut, SessionOptions.transientSession("t"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("faults/#");
        Numbers numbers = Numbers.publish(near, MESSAGES, PATIENCE);
        numbers.awaitAnswers(MESSAGES / 3);
        line.cut();
        assertThat(numbers.awaitDelivered(subscriber, true)).isZero();
    }

    @Test
    void healthSaysThatTheLineIsGoneAndHowFastItAnswersWhenItIsBack() {
        line.refuse(true);
        line.cut();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cut.health().status()).isNotEqualTo(Health.Status.UP));
        line.refuse(false);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cut.health().status()).isEqualTo(Health.Status.UP));
        assertThat(near.health().detail()).contains("answers in");
    }
}
