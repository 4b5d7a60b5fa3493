package io.signalbox.client;

import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.Backoff;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.fake.FakeServer.FakeSettling;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes for subscriptions that an earlier process had. */
class UnclaimedTest {
    @TempDir
    Path directory;

    @Test
    void itWaitsForThisProcessToSubscribe() {
        try (ClientFixture it = new ClientFixture().connected()) {
            FakeSettling settling = it.server.deliver(json("debug/x", "1"));
            assertThat(settling.outcome()).isEmpty();
            List<String> seen = new CopyOnWriteArrayList<>();
            it.client.subscribe(
                    "debug/#", Message.class, r -> seen.add(r.message().payloadText()));
            await().until(() -> settling.outcome().equals("accepted"));
            assertThat(seen).containsExactly("1");
        }
    }

    @Test
    void afterThatItIsRejectedAtOnceSoThatItHoldsUpNoOther() {
        try (ClientFixture it = new ClientFixture()) {
            it.server.credit(2);
            List<String> seen = new CopyOnWriteArrayList<>();
            it.client.subscribe(
                    "orders/#", Message.class, r -> seen.add(r.message().payloadText()));
            it.connected();
            it.time.advance(Duration.ofSeconds(30));
            List<FakeSettling> unwanted =
                    List.of(it.server.deliver(json("debug/x", "1")), it.server.deliver(json("debug/x", "2")));
            FakeSettling wanted = it.server.deliver(json("orders/new", "3"));
            await().until(wanted::acknowledged);
            assertThat(seen).containsExactly("3");
            assertThat(unwanted)
                    .extracting(FakeSettling::outcome)
                    .containsOnly("rejected: this client has no subscription for debug/x");
        }
    }

    private SignalboxClient open(FakeServer server, ManualTimeSource time) throws IOException {
        ClientConfig config = ClientConfig.to("mqtt://localhost")
                .clientId("tester")
                .spool(SpoolConfig.in(directory))
                .time(time)
                .backoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ZERO))
                .build();
        return SignalboxClient.create(config, ClientListener.NONE, server, List.of());
    }

    @Test
    void whatAnEarlierProcessSubscribedToIsLeftWhenThisOneDoesNot() throws IOException {
        FakeServer server = new FakeServer().up();
        ManualTimeSource time = new ManualTimeSource();
        try (SignalboxClient first = open(server, time)) {
            join(first.connect());
            join(first.subscribe("orders/#", Message.class, r -> {}).granted());
            join(first.subscribe("debug\n/#", Message.class, r -> {}).granted());
        }
        assertThat(server.session()).containsExactly("orders/#", "debug\n/#");
        try (SignalboxClient second = open(server, time)) {
            join(second.connect());
            join(second.subscribe("orders/#", Message.class, r -> {}).granted());
            time.advance(Duration.ofSeconds(30));
            await().atMost(Duration.ofSeconds(30)).until(() -> server.session().equals(List.of("orders/#")));
        }
    }
}
