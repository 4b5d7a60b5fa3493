package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.Backoff;
import io.signalbox.client.connection.ConnectionState;
import io.signalbox.client.connection.ConnectionState.Offline;
import io.signalbox.client.connection.ConnectionState.Online;
import io.signalbox.client.connection.Goodbye;
import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    @Test
    void beforeItIsAskedToConnectNothingIsTried() {
        try (ClientFixture it = new ClientFixture()) {
            assertThat(it.client.connection()).isEqualTo(new ConnectionState.Idle());
            assertThat(it.client.offlineSince()).isEmpty();
            assertThat(it.server.attempts()).isZero();
        }
    }

    @Test
    void aServerThatIsNotThereIsTriedUntilItIs() {
        try (ClientFixture it = new ClientFixture()) {
            it.server.down(GONE);
            var connected = it.client.connect();
            await().until(() -> it.server.attempts() > 5);
            assertThat(it.client.connection()).isInstanceOf(Offline.class);
            it.server.up();
            join(connected);
            assertThat(it.client.connection()).isInstanceOf(Online.class);
            assertThat(it.client.status().reconnects()).isZero();
        }
    }

    @Test
    void itSaysSinceWhenItIsOffline() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.time.advance(Duration.ofMinutes(1));
            Instant lost = Instant.ofEpochMilli(it.time.millis());
            it.server.down(GONE);
            await().until(() -> it.client.offlineSince().isPresent());
            it.time.advance(Duration.ofMinutes(1));
            int before = it.server.attempts();
            await().until(() -> it.server.attempts() > before + 2);
            assertThat(it.client.offlineSince())
                    .as("since the loss, not the last try")
                    .hasValue(lost);
            it.server.up();
            await().until(() -> it.client.offlineSince().isEmpty());
            assertThat(it.client.status().reconnects()).isEqualTo(1);
        }
    }

    @Test
    void theDelayThatTheServerSuggestsIsKept() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.server.down(new LinkLoss("busy", TimeUnit.MINUTES.toMillis(5), false));
            await().until(() -> it.client.connection() instanceof Offline);
            // Without the suggestion there would be a try every few milliseconds.
            await().during(Duration.ofMillis(100)).until(() -> it.server.attempts() == 1);
        }
    }

    @Test
    void whatFailsBeforeAServerIsAskedIsToldAndTriedAgain() {
        try (ClientFixture it = new ClientFixture()) {
            it.server.fault(new IllegalArgumentException("no such thing"));
            it.connected();
            assertThat(it.states)
                    .anySatisfy(state -> assertThat(state)
                            .isInstanceOfSatisfying(
                                    Offline.class,
                                    offline -> assertThat(offline.reason()).contains("no such thing")));
        }
    }

    @Test
    void theWillIsLeftToTheServerOnlyWhenThatIsAskedFor() {
        ClientFixture second = new ClientFixture().connected();
        second.client.closeWithWill();
        assertThat(second.server.goodbyes()).containsExactly(new Goodbye(false, true));
        ClientFixture first = new ClientFixture().connected();
        first.close();
        assertThat(first.server.goodbyes()).containsExactly(new Goodbye(false, false));
    }

    @Test
    void aConnectionThatIsMadeAfterTheEndHearsTheSameGoodbye() {
        ClientFixture it = new ClientFixture();
        Runnable connect = it.server.delayOpening();
        var unused = it.client.connect();
        await().until(() -> it.server.attempts() == 1);
        it.client.closeWithWill();
        connect.run();
        await().until(() -> it.server.goodbyes().contains(new Goodbye(false, true)));
    }

    @Test
    void theListenerHearsOfEachChangeInOrder() {
        ClientFixture it = new ClientFixture().connected();
        it.server.cut(GONE);
        await().until(() -> it.client.status().reconnects() == 1);
        it.close();
        assertThat(it.states)
                .extracting(state -> state.getClass().getSimpleName())
                .containsExactly("Offline", "Online", "Offline", "Online", "Closed");
    }

    @Test
    void closingWaitsForWhatIsPending() {
        ClientFixture it = new ClientFixture().connected();
        for (int i = 0; i < 1_000; i++) {
            it.client.publish(Message.to(Topic.ofMqtt("a")).payload("" + i).build());
        }
        it.close();
        assertThat(it.server.published()).hasSize(1_000);
    }

    @Test
    void aConnectionAtWhichAPartOfTheClientFailsIsMadeAgain() throws IOException {
        FakeServer server = new FakeServer().up();
        AtomicInteger failures = new AtomicInteger(2);
        LinkUser companion = new LinkUser() {
            @Override
            public void linkUp(Link link) {
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("not ready");
                }
            }

            @Override
            public void linkDown() {}
        };
        ClientConfig config = ClientConfig.to("mqtt://localhost")
                .backoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ZERO))
                .build();
        try (SignalboxClient client = SignalboxClient.create(config, ClientListener.NONE, server, List.of(companion))) {
            join(client.connect());
            assertThat(client.status().reconnects()).isEqualTo(2);
            join(client.publish(Message.to(Topic.ofMqtt("a")).payload("1").build())
                    .acknowledged());
        }
    }
}
