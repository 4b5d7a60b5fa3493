package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What goes on in a session beside its replay of the past. */
class ReplayBesidesTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private EmbeddedBroker broker() {
        return (EmbeddedBroker) transport;
    }

    /** Two messages with an hour between them. */
    private void pastOfAnHour() {
        publish("past", "m0");
        advance(Duration.ofHours(1));
        publish("past", "m1");
    }

    @Test
    void otherTopicsDoNotWaitForASlowReplay() {
        pastOfAnHour();
        TestClient client = client("s", "other");
        client.subscribe(spec("past").withStart(StartPosition.ALL, 1));
        client.received().awaitPayloads("m0");
        publish("other", "live");
        client.received().awaitPayloads("m0", "live");
        publish("past", "m2");
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("m0", "live");
        advance(Duration.ofHours(1));
        client.received().awaitPayloads("m0", "live", "m1", "m2");
    }

    @Test
    void aReplayEndsWithItsSubscription() {
        pastOfAnHour();
        TestClient client = client("s");
        client.subscribe(spec("past").withStart(StartPosition.ALL, 1));
        client.received().awaitPayloads("m0");
        assertThat(client.unsubscribe("past")).isTrue();
        client.subscribe(spec("past").withStart(StartPosition.NEW, 0));
        publish("past", "live");
        client.received().awaitPayloads("m0", "live");
        advance(Duration.ofHours(2));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("m0", "live");
    }

    @Test
    void theLiveStreamBehindTheReplayIsBoundByTheQueueAlone() throws Exception {
        pastOfAnHour();
        byte[] large = new byte[64 << 10];
        SessionOptions options =
                SessionOptions.durableSession("s").withQueue(100_000, 1L << 30, OverflowPolicy.DROP_OLDEST);
        TestClient client = open(options, SettleBehaviour.ACCEPT);
        client.subscribe(spec("past").withStart(StartPosition.ALL, 1));
        client.received().awaitPayloads("m0");
        int count = 400;
        List<String> expected = new ArrayList<>(List.of("m0", "m1"));
        for (int i = 0; i < count; i++) {
            String payload = i + ":" + new String(large, java.nio.charset.StandardCharsets.ISO_8859_1);
            publish("past", payload);
            expected.add(payload);
        }
        assertThat(broker().stats().bufferedBytes()).isLessThan(4 << 20);
        advance(Duration.ofHours(1));
        client.received().awaitCount(count + 2);
        assertThat(deliveredTo(client)).isEqualTo(expected);
        client.fence();
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    /** Sessions that leave in the middle of their replays hold next to nothing, and nothing at all after a restart. */
    @Test
    void thePastIsNotInMemoryForWhoIsAway() throws Exception {
        int sessions = 6;
        int messages = 64;
        String filling = "x".repeat(64 << 10);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            publish("past", i + filling);
            expected.add(i + filling);
        }
        for (int i = 0; i < sessions; i++) {
            TestClient client =
                    open(SessionOptions.durableSession("s" + i).withUnsettledMax(1), SettleBehaviour.MANUAL);
            client.subscribe(spec("past").withStart(StartPosition.ALL, 0));
            client.received().awaitCount(1);
            client.detach();
        }
        eventually(() -> broker().stats().bufferedBytes() <= sessions * (200L << 10));
        TestClient first = durable("s0");
        first.received().awaitCount(messages);
        assertThat(deliveredTo(first)).isEqualTo(expected);
        first.fence();
        assertThat(broker().ledger().mismatches()).isEmpty();
        barrier();
        crashAndOpen();
        TestClient second = durable("s1");
        second.received().awaitCount(messages);
        second.fence();
        assertThat(deliveredTo(second)).isEqualTo(expected);
        eventually(() -> broker().stats().bufferedBytes() < 64 << 10);
    }

    /** It is retained already when the retained messages are read, and it is on its way to the session. */
    @Test
    void whatIsRetainedBehindTheSubscriptionComesOnce() throws Exception {
        publish(to("r/old").payload("old").retain(true).build());
        TestClient client = client("s");
        CountDownLatch published = new CountDownLatch(1);
        client.lane().execute(() -> {
            try {
                published.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var answer =
                client.session().subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("r/+"), Guarantee.AT_LEAST_ONCE)));
        TestClient.get(answer, patience());
        publish(to("r/new").payload("new").retain(true).build());
        published.countDown();
        client.received().awaitPayloads("old", "new");
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("old", "new");
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    @Test
    void aSmallQueueDoesNotCutThePast() {
        publishMany("past", "m", 50);
        TestClient client = open(
                SessionOptions.durableSession("s")
                        .withUnsettledMax(1)
                        .withQueue(5, 1 << 20, OverflowPolicy.DROP_OLDEST),
                SettleBehaviour.MANUAL);
        client.subscribe(spec("past").withStart(StartPosition.ALL, 0));
        client.received().awaitCount(1);
        for (int i = 0; i < 20; i++) {
            publish("past", "live" + i);
        }
        client.detach();
        TestClient back = open(
                SessionOptions.durableSession("s").withQueue(5, 1 << 20, OverflowPolicy.DROP_OLDEST),
                SettleBehaviour.ACCEPT);
        back.received().awaitCount(55);
        List<String> expected = new ArrayList<>(numbered("m", 50));
        for (int i = 15; i < 20; i++) {
            expected.add("live" + i);
        }
        assertThat(deliveredTo(back)).isEqualTo(expected);
    }

    @Test
    void manyAtMostOnceBehindThePastAreDroppedAndCounted() {
        pastOfAnHour();
        TestClient client = open(
                SessionOptions.transientSession("s").withQueue(10, 1 << 20, OverflowPolicy.DROP_OLDEST),
                SettleBehaviour.ACCEPT);
        client.subscribe(spec("past", Guarantee.AT_MOST_ONCE, 0).withStart(StartPosition.ALL, 1));
        client.received().awaitPayloads("m0");
        for (int i = 0; i < 30; i++) {
            publish(Message.to(io.signalbox.topic.Topic.ofMqtt("past"))
                    .guarantee(Guarantee.AT_MOST_ONCE)
                    .payload("live" + i)
                    .build());
        }
        advance(Duration.ofHours(1));
        client.received().awaitCount(12);
        assertThat(deliveredTo(client).subList(0, 3)).containsExactly("m0", "m1", "live20");
        assertThat(broker().ledger().sessions().getFirst().dropped()).containsEntry("queue_full", 20L);
        assertThat(broker().ledger().mismatches()).isEmpty();
    }
}
