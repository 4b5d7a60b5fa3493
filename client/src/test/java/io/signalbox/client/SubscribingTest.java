package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.failure;
import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.WireFilter;
import io.signalbox.client.fake.FakeServer.FakeSettling;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubscribingTest {
    record Price(String symbol, int cents) {}

    private static List<String> filters(List<WireFilter> subscribe) {
        return subscribe.stream().map(WireFilter::filter).toList();
    }

    @Test
    void valuesArriveAsTheirTypeAndAreAcceptedAfterwards() {
        try (ClientFixture it = new ClientFixture().connected()) {
            List<Price> prices = new CopyOnWriteArrayList<>();
            join(it.client
                    .subscribe("market/+", Price.class, r -> prices.add(r.value()))
                    .granted());
            FakeSettling settling = it.server.deliver(json("market/AAPL", "{\"symbol\":\"AAPL\",\"cents\":15025}"));
            await().until(() -> settling.outcome().equals("accepted"));
            assertThat(prices).containsExactly(new Price("AAPL", 15_025));
        }
    }

    @Test
    void whatCannotBeReadNeverReachesTheListenerAndIsRejected() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client
                    .subscribe("a", Price.class, r -> {
                        throw new AssertionError("reached");
                    })
                    .granted());
            FakeSettling settling = it.server.deliver(json("a", "no json"));
            await().until(() -> settling.outcome().startsWith("unreadable: "));
        }
    }

    @Test
    void aListenerThatThrowsRejects() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client
                    .subscribe("a", Message.class, r -> {
                        throw new IllegalStateException("no stock");
                    })
                    .granted());
            FakeSettling settling = it.server.deliver(json("a", "1"));
            await().until(() -> settling.outcome()
                    .equals("rejected: the receiver failed: java.lang.IllegalStateException: no stock"));
        }
    }

    @Test
    void aListenerTakesOneAtATimeInOrder() {
        try (ClientFixture it = new ClientFixture().connected()) {
            List<String> seen = new CopyOnWriteArrayList<>();
            join(it.client
                    .subscribe("a", Message.class, r -> seen.add(r.message().payloadText()))
                    .granted());
            IntStream.range(0, 500).forEach(n -> it.server.deliver(json("a", "" + n)));
            await().until(() -> seen.size() == 500);
            assertThat(seen)
                    .isEqualTo(
                            IntStream.range(0, 500).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    void aMessageOfTwoSubscriptionsIsSettledWhenBothAreDone() throws InterruptedException {
        try (ClientFixture it = new ClientFixture().connected()) {
            CountDownLatch go = new CountDownLatch(1);
            List<String> seen = new CopyOnWriteArrayList<>();
            join(it.client
                    .subscribe("a/#", Message.class, r -> seen.add("wild"))
                    .granted());
            join(it.client
                    .subscribe("a/b", Message.class, r -> {
                        go.await();
                        seen.add("exact");
                    })
                    .granted());
            FakeSettling settling = it.server.deliver(json("a/b", "1"));
            await().until(() -> seen.contains("wild"));
            assertThat(settling.outcome()).isEmpty();
            go.countDown();
            await().until(() -> settling.outcome().equals("accepted"));
            assertThat(seen).containsExactly("wild", "exact");
        }
    }

    @Test
    void subscriptionsAreAskedForAgainWhenTheServerHasForgottenThem() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client.subscribe("a", Message.class, r -> {}).granted());
            join(it.client.subscribe("b/#", Message.class, r -> {}).granted());
            it.server.cut(GONE);
            await().until(() -> it.client.status().reconnects() == 1);
            assertThat(it.server.subscribes()).as("it kept the session").hasSize(2);
            it.server.forgetSession();
            it.server.cut(GONE);
            await().until(() -> it.server.subscribes().size() == 3);
            assertThat(filters(it.server.subscribes().getLast())).containsExactly("a", "b/#");
        }
    }

    @Test
    void whatIsSubscribedToOfflineIsAskedForAtTheConnection() {
        try (ClientFixture it = new ClientFixture()) {
            Subscription early = it.client.subscribe("early", Message.class, r -> {});
            it.connected();
            join(early.granted());
            it.server.down(GONE);
            await().until(() -> it.client.offlineSince().isPresent());
            Subscription late = it.client.subscribe("late", Message.class, r -> {});
            early.close();
            it.server.up();
            join(late.granted());
            assertThat(it.server.unsubscribes()).containsExactly(List.of("early"));
        }
    }

    @Test
    void aRefusedSubscriptionIsOverAndSaysWhy() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.server.grant(filter -> new Refusal(ReasonCode.NOT_AUTHORIZED, "not yours"));
            Subscription subscription = it.client.subscribe("secret", Message.class, r -> {});
            assertThat(failure(subscription.granted()))
                    .isInstanceOf(SignalboxException.class)
                    .hasMessage("not yours");
        }
    }

    @Test
    void whatComesBeforeItsSubscriptionIsMadeWaitsForIt() {
        try (ClientFixture it = new ClientFixture().connected()) {
            FakeSettling settling = it.server.deliver(json("queued/while/away", "1"));
            List<String> seen = new CopyOnWriteArrayList<>();
            it.client.subscribe("queued/#", Message.class, r -> seen.add(r.topic()));
            await().until(() -> settling.outcome().equals("accepted"));
            assertThat(seen).containsExactly("queued/while/away");
        }
    }

    @Test
    void unreadQosZeroIsBoundedAndCounted() throws InterruptedException {
        try (ClientFixture it = new ClientFixture(ClientConfig.to("mqtt://x").credit(10)).connected()) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch first = new CountDownLatch(1);
            List<String> seen = new CopyOnWriteArrayList<>();
            Subscription subscription =
                    it.client.subscribe(SubscribeOptions.to("a").withQos(0), Message.class, r -> {
                        first.countDown();
                        go.await();
                        seen.add(r.message().payloadText());
                    });
            join(subscription.granted());
            Message zero = Message.to(Topic.ofMqtt("a"))
                    .guarantee(Guarantee.AT_MOST_ONCE)
                    .build();
            it.server.deliver(zero);
            first.await();
            IntStream.range(0, 25).forEach(n -> it.server.deliver(zero));
            assertThat(subscription.dropped()).isEqualTo(15);
            go.countDown();
            await().until(() -> seen.size() == 11);
        }
    }

    @Test
    void whatALostConnectionBroughtIsLeftToTheNext() throws InterruptedException {
        try (ClientFixture it = new ClientFixture().connected()) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch first = new CountDownLatch(1);
            List<String> seen = new CopyOnWriteArrayList<>();
            join(it.client
                    .subscribe("a", Message.class, r -> {
                        first.countDown();
                        go.await();
                        seen.add(r.message().payloadText());
                    })
                    .granted());
            it.server.deliver(json("a", "1"));
            it.server.deliver(json("a", "2"));
            first.await();
            it.server.cut(GONE);
            await().until(() -> it.client.status().reconnects() == 1);
            it.server.deliver(json("a", "2"));
            go.countDown();
            await().until(() -> seen.size() == 2);
            assertThat(seen).containsExactly("1", "2");
        }
    }

    @Test
    void whatALostSessionBroughtIsHandledAsNobodyBringsItAgain() throws InterruptedException {
        try (ClientFixture it = new ClientFixture().connected()) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch first = new CountDownLatch(1);
            List<String> seen = new CopyOnWriteArrayList<>();
            join(it.client
                    .subscribe("a", Message.class, r -> {
                        first.countDown();
                        go.await();
                        seen.add(r.message().payloadText());
                    })
                    .granted());
            it.server.deliver(json("a", "1"));
            it.server.deliver(json("a", "2"));
            FakeSettling early = it.server.deliver(json("later", "3"));
            first.await();
            it.server.forgetSession();
            it.server.cut(GONE);
            await().until(() -> it.server.subscribes().size() == 2);
            it.server.deliver(json("a", "4"));
            go.countDown();
            await().until(() -> seen.size() == 3);
            assertThat(seen).containsExactly("1", "2", "4");
            it.client.subscribe(
                    "later", Message.class, r -> seen.add(r.message().payloadText()));
            await().until(() -> seen.size() == 4);
            assertThat(seen).endsWith("3");
            assertThat(early.outcome()).as("nobody waits for it").isEmpty();
        }
    }

    @Test
    void aSubscriptionRefusedForTheMomentIsAskedForUntilItIsGranted() {
        try (ClientFixture it = new ClientFixture().connected()) {
            AtomicBoolean busy = new AtomicBoolean(true);
            it.server.grant(filter -> busy.getAndSet(false) ? new Refusal(ReasonCode.BUSY, "busy") : null);
            Subscription subscription = it.client.subscribe("a", Message.class, r -> {});
            join(subscription.granted());
            assertThat(it.server.subscribes()).hasSize(2);
            assertThat(subscription.ended().toCompletableFuture()).isNotDone();
        }
    }

    @Test
    void whoeverWaitsForAGrantThatDoesNotComeHearsWhyAndItIsAskedForAllTheSame() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.server.grant(filter -> new Refusal(ReasonCode.BUSY, "busy"));
            List<String> seen = new CopyOnWriteArrayList<>();
            Subscription subscription = it.client.subscribe(
                    "a", Message.class, r -> seen.add(r.message().payloadText()));
            assertThat(ClientFixture.failure(subscription.granted())).hasMessageContaining("busy");
            assertThat(subscription.ended().toCompletableFuture()).isNotDone();
            it.server.grant(filter -> null);
            int asked = it.server.subscribes().size();
            await().until(() -> it.server.subscribes().size() > asked);
            it.server.deliver(json("a", "1"));
            await().until(() -> seen.equals(List.of("1")));
        }
    }

    @Test
    void whatWaitsInASubscriptionThatIsRefusedGoesToTheDeadLetters() throws InterruptedException {
        try (ClientFixture it = new ClientFixture().connected()) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch handling = new CountDownLatch(1);
            join(it.client
                    .subscribe("a", Message.class, r -> {
                        handling.countDown();
                        go.await();
                    })
                    .granted());
            it.server.deliver(json("a", "1"));
            FakeSettling waiting = it.server.deliver(json("a", "2"));
            handling.await();
            it.server.grant(filter -> new Refusal(ReasonCode.NOT_AUTHORIZED, "not yours any more"));
            Subscription more = it.client.subscribe(SubscribeOptions.to("a").withQos(2), Message.class, r -> {});
            failure(more.granted());
            await().until(() -> !waiting.outcome().isEmpty());
            assertThat(waiting.outcome()).isEqualTo("rejected: its subscription was refused: not yours any more");
            go.countDown();
        }
    }

    @Test
    void whatNoPacketCanCarryIsRefusedAtOnce() {
        SubscribeOptions options = SubscribeOptions.to("a");
        assertThatThrownBy(() -> options.from("\0")).hasMessageContaining("'from' has U+0000");
        assertThatThrownBy(() -> options.from("x".repeat(70_000))).hasMessageContaining("'from' has more than");
        assertThatThrownBy(() -> options.sharedBy("\ud800")).hasMessageContaining("half a surrogate pair");
        assertThatThrownBy(() -> options.atSpeed("\0")).hasMessageContaining("speed has U+0000");
    }
}
