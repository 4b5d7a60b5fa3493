package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Messages of one topic take several ways through the broker, and must not overtake each other on them. */
class OrderAcrossWaysTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private static Message atMostOnce(String payload, boolean retain) {
        return to("a").payload(payload)
                .guarantee(Guarantee.AT_MOST_ONCE)
                .retain(retain)
                .build();
    }

    /** The lane is busy while all of it comes in, so that it is worked off in one turn. */
    private List<String> whatComesInOneTurn(FilterSpec spec, Runnable meanwhile, int count) {
        TestClient client = client("s");
        CountDownLatch busy = new CountDownLatch(1);
        client.lane().execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            await(client.session().subscribe(List.of(spec)));
            meanwhile.run();
        } finally {
            busy.countDown();
        }
        client.received().awaitCount(count);
        client.fence();
        return deliveredTo(client);
    }

    @Test
    void aRetainedMessageComesBeforeWhatIsPublishedAfterTheSubscription() {
        publish(atMostOnce("old", true));
        assertThat(whatComesInOneTurn(spec("a", Guarantee.AT_MOST_ONCE, 0), () -> publish(atMostOnce("new", false)), 2))
                .containsExactly("old", "new");
    }

    @Test
    void thePastComesBeforeTheLiveStreamAtMostOnceToo() {
        publishMany("a", "m", 3);
        assertThat(whatComesInOneTurn(
                        spec("a", Guarantee.AT_MOST_ONCE, 0).withStart(StartPosition.ALL, 0),
                        () -> publish(atMostOnce("live", false)),
                        4))
                .containsExactly("m0", "m1", "m2", "live");
    }

    /** MQTT 5, 4.6: one topic, one quality of service. */
    @Test
    void aRetainedMessageIsNotOvertakenByThePlainOneAfterIt() {
        TestClient client = client("s");
        client.subscribe(spec("a", Guarantee.AT_MOST_ONCE, 0));
        PublishRecorder answers = new PublishRecorder(patience());
        List<String> published = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            published.add("m" + i);
            transport.publish(atMostOnce("m" + i, i % 4 == 0), answers, i);
        }
        answers.awaitAnswers(400);
        client.received().awaitCount(400);
        assertThat(deliveredTo(client)).isEqualTo(published);
    }

    private static Message keyed(String payload) {
        return to("a").payload(payload)
                .properties(MessageProperties.builder().orderingKey("k").build())
                .build();
    }

    @Test
    void aKeyWaitsForItsRetryWhateverElseOfItEnds() {
        TestClient client = open(SessionOptions.transientSession("s"), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish(keyed("m0"));
        publish(keyed("m1"));
        List<Delivery> first = client.received().awaitCount(2);
        client.settle(first.get(0), new Settlement.Modified(Duration.ofSeconds(5), "not yet"));
        client.settle(first.get(1), Settlement.ACCEPTED);
        publish(keyed("m2"));
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("m0", "m1");
        advanceUntilCount(client, 3);
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("m0", "m1", "m0");
        client.settle(client.received().deliveries().getLast(), Settlement.ACCEPTED);
        client.received().awaitPayloads("m0", "m1", "m0", "m2");
    }

    @Test
    void retriesOfOneKeyKeepTheirOrder() {
        TestClient client = open(SessionOptions.transientSession("s"), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish(keyed("m0"));
        publish(keyed("m1"));
        List<Delivery> first = client.received().awaitCount(2);
        client.settle(first.get(0), new Settlement.Modified(Duration.ofSeconds(10), "long"));
        client.settle(first.get(1), new Settlement.Modified(Duration.ofSeconds(1), "short"));
        publish(keyed("m2"));
        advance(Duration.ofSeconds(2));
        barrier();
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("m0", "m1");
        advanceUntilCount(client, 3);
        client.settle(client.received().deliveries().getLast(), Settlement.ACCEPTED);
        client.settle(client.received().awaitCount(4).getLast(), Settlement.ACCEPTED);
        client.settle(client.received().awaitCount(5).getLast(), Settlement.ACCEPTED);
        assertThat(deliveredTo(client)).containsExactly("m0", "m1", "m0", "m1", "m2");
    }

    @Test
    void aDelayBeyondAllTimeIsADelay() {
        TestClient client = open(SessionOptions.transientSession("s"), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish("a", "m0");
        client.settle(
                client.received().awaitCount(1).getFirst(),
                new Settlement.Modified(Duration.ofSeconds(Long.MAX_VALUE), "never"));
        client.fence();
        assertThat(((EmbeddedBroker) transport).session("s").orElseThrow().queuedMessages())
                .isEqualTo(1);
    }
}
