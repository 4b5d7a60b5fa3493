package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.fake.FakeServer.FakeSettling;
import io.signalbox.client.subscribe.Received;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Messages that come again, as they do when an acknowledgement was lost. */
class TwiceTest {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static Message keyed(String payload) {
        Message message = json("a", payload);
        return message.toBuilder()
                .properties(message.properties().toBuilder()
                        .idempotencyKey("key of " + payload)
                        .build())
                .build();
    }

    private static void resumed(ClientFixture it) {
        long before = it.client.status().reconnects();
        it.server.cut(GONE);
        await().until(() -> it.client.status().reconnects() == before + 1);
    }

    private void record(Received<Message> received) {
        seen.add(received.message().payloadText());
    }

    @Test
    void whatWasHandledIsNotHandledAgainAndAnswered() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client.subscribe("a", Message.class, this::record).granted());
            FakeSettling first = it.server.deliver(keyed("1"));
            await().until(() -> first.outcome().equals("accepted"));
            resumed(it);
            FakeSettling again = it.server.deliver(keyed("1"));
            await().until(() -> again.outcome().equals("accepted"));
            FakeSettling next = it.server.deliver(keyed("2"));
            await().until(() -> next.outcome().equals("accepted"));
            assertThat(seen).containsExactly("1", "2");
        }
    }

    @Test
    void whatIsBeingHandledSettlesWhatCameAgain() {
        try (ClientFixture it = new ClientFixture().connected()) {
            List<Received<Message>> open = new CopyOnWriteArrayList<>();
            join(it.client
                    .subscribe(SubscribeOptions.to("a").withSettledByHand(true), Message.class, open::add)
                    .granted());
            it.server.deliver(keyed("1"));
            await().until(() -> open.size() == 1);
            resumed(it);
            FakeSettling again = it.server.deliver(keyed("1"));
            assertThat(again.outcome()).isEmpty();
            open.getFirst().accept();
            assertThat(again.outcome()).isEqualTo("accepted");
            assertThat(open).hasSize(1);
        }
    }

    @Test
    void whatWaitedIsHandledOnceInItsOrder() throws InterruptedException {
        try (ClientFixture it = new ClientFixture().connected()) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch first = new CountDownLatch(1);
            join(it.client
                    .subscribe("a", Message.class, r -> {
                        first.countDown();
                        go.await();
                        record(r);
                    })
                    .granted());
            List.of("1", "2", "3").forEach(payload -> it.server.deliver(keyed(payload)));
            first.await();
            resumed(it);
            List<FakeSettling> again = List.of("1", "2", "3", "4").stream()
                    .map(payload -> it.server.deliver(keyed(payload)))
                    .toList();
            go.countDown();
            await().untilAsserted(() ->
                    assertThat(again).extracting(FakeSettling::outcome).containsOnly("accepted"));
            assertThat(seen).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void whatWasRejectedIsHandledAnewAsWhenAnOperatorSendsADeadLetterAgain() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client
                    .subscribe("a", Message.class, r -> {
                        record(r);
                        if (seen.size() == 1) {
                            throw new IllegalStateException("not today");
                        }
                    })
                    .granted());
            FakeSettling first = it.server.deliver(keyed("1"));
            await().until(() -> first.outcome().startsWith("rejected"));
            FakeSettling again = it.server.deliver(keyed("1"));
            await().until(() -> again.outcome().equals("accepted"));
            assertThat(seen).containsExactly("1", "1");
        }
    }

    @Test
    void whatIsRetainedComesAsOftenAsItIsAskedFor() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client.subscribe("a", Message.class, this::record).granted());
            Message retained = keyed("1").toBuilder().retain(true).build();
            it.server.deliver(retained);
            it.server.deliver(retained);
            await().until(() -> seen.size() == 2);
        }
    }

    @Test
    void aKeyIsForgottenWithTheSessionThatCouldBringItAgain() {
        try (ClientFixture it = new ClientFixture(
                        ClientConfig.to("mqtt://localhost").sessionExpiry(Duration.ofMinutes(10)))
                .connected()) {
            join(it.client.subscribe("a", Message.class, this::record).granted());
            it.server.deliver(keyed("1"));
            it.time.advance(Duration.ofMinutes(10));
            FakeSettling known = it.server.deliver(keyed("1"));
            await().until(() -> known.outcome().equals("accepted"));
            assertThat(seen).hasSize(1);
            it.time.advance(Duration.ofMillis(1));
            it.server.deliver(keyed("1"));
            await().until(() -> seen.size() == 2);
        }
    }

    @Test
    void eachSubscriptionHasItOnce() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client.subscribe("a", Message.class, this::record).granted());
            join(it.client.subscribe("+", Message.class, this::record).granted());
            FakeSettling first = it.server.deliver(keyed("1"));
            await().until(() -> first.outcome().equals("accepted"));
            FakeSettling again = it.server.deliver(keyed("1"));
            await().until(() -> again.outcome().equals("accepted"));
            assertThat(seen).containsExactly("1", "1");
        }
    }
}
