package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Order per topic and publisher, and per topic and ordering key. */
@Needs({Feature.SUBSCRIBE, Feature.ORDERED})
public abstract class OrderingContract extends Theme {
    private static final int PUBLISHERS = 4;
    private static final int PER_PUBLISHER = 250;

    @ParameterizedTest
    @EnumSource(
            value = Guarantee.class,
            names = {"AT_MOST_ONCE", "AT_LEAST_ONCE"})
    void eachPublishersMessagesOfATopicArriveInOrderAndOnce(Guarantee guarantee) {
        TestClient client = client("s");
        client.subscribe(spec("a", guarantee, 0));
        PublishRecorder answers = new PublishRecorder(patience());
        inParallel(PUBLISHERS, p -> {
            for (int i = 0; i < PER_PUBLISHER; i++) {
                Message m = to("a").payload(p + ":" + i).guarantee(guarantee).build();
                transport.publish(m, answers, (long) p * PER_PUBLISHER + i);
            }
        });
        answers.awaitAnswers(PUBLISHERS * PER_PUBLISHER);
        assertThat(answers.refusals()).isEmpty();
        List<Delivery> all = client.received().awaitCount(PUBLISHERS * PER_PUBLISHER);
        client.fence();
        all = client.received().deliveries();
        Deliveries.assertGapless(all, PER_PUBLISHER);
    }

    @Test
    void messagesOfOneOrderingKeyKeepTheirOrder() {
        TestClient client = client("s", "a");
        PublishRecorder answers = new PublishRecorder(patience());
        inParallel(PUBLISHERS, p -> {
            for (int i = 0; i < PER_PUBLISHER; i++) {
                transport.publish(keyed("a", "key" + p, "key" + p + ":" + i), answers, (long) p * PER_PUBLISHER + i);
            }
        });
        answers.awaitAnswers(PUBLISHERS * PER_PUBLISHER);
        Deliveries.assertGapless(client.received().awaitCount(PUBLISHERS * PER_PUBLISHER), PER_PUBLISHER);
    }

    @Test
    void aSessionsOwnPublishesKeepTheirOrder() {
        TestClient client = client("s", "a");
        TestClient publisher = client("publisher");
        PublishRecorder answers = new PublishRecorder(patience());
        publisher.onLane(session -> {
            for (int i = 0; i < PER_PUBLISHER; i++) {
                session.publish(message("a", "own:" + i), 0, answers, i);
            }
        });
        answers.awaitAnswers(PER_PUBLISHER);
        Deliveries.assertGapless(client.received().awaitCount(PER_PUBLISHER), PER_PUBLISHER);
    }

    @Test
    void everySubscriberSeesTheSameOrderOfATopic() {
        TestClient one = client("one", "a");
        TestClient two = client("two", "a");
        PublishRecorder answers = new PublishRecorder(patience());
        inParallel(PUBLISHERS, p -> {
            for (int i = 0; i < PER_PUBLISHER; i++) {
                transport.publish(message("a", p + ":" + i), answers, (long) p * PER_PUBLISHER + i);
            }
        });
        int all = PUBLISHERS * PER_PUBLISHER;
        Deliveries.assertGapless(one.received().awaitCount(all), PER_PUBLISHER);
        Deliveries.assertGapless(two.received().awaitCount(all), PER_PUBLISHER);
    }

    @Test
    void sequencesAscendInTheOrderOfPublication() {
        client("s", "a");
        List<Long> sequences =
                publishMany("a", "m", 20).stream().map(r -> r.sequence()).toList();
        if (sequences.getFirst() != 0) {
            assertThat(sequences).isSorted().doesNotHaveDuplicates();
        }
    }

    /** MQTT 5, 4.6: a topic is ordered within each quality of service. */
    @Test
    @Needs({Feature.DURABLE_SESSIONS, Feature.EXACTLY_ONCE})
    void aTopicKeepsItsOrderWithinEachGuarantee() {
        TestClient first = durable("s");
        first.subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        first.detach();
        for (int i = 0; i < 20; i++) {
            Guarantee guarantee = i % 2 == 0 ? Guarantee.EXACTLY_ONCE : Guarantee.AT_LEAST_ONCE;
            publish(to("a").payload(guarantee + ":" + i / 2)
                    .guarantee(guarantee)
                    .build());
        }
        Deliveries.assertGapless(durable("s").received().awaitCount(20), 10);
    }

    @Test
    void releasedMessagesComeBackInTheirOrder() {
        TestClient client = manual("s", "a");
        publishMany("a", "m", 5);
        List<Delivery> first = client.received().awaitCount(5);
        for (Delivery delivery : first) {
            client.settle(delivery, Settlement.RELEASED);
        }
        assertThat(Deliveries.payloads(client.received().awaitCount(10).subList(5, 10)))
                .containsExactlyElementsOf(numbered("m", 5));
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void unsettledMessagesAreOfferedAgainInOrderBeforeTheLaterOnes() {
        TestClient first = durableManual("s", "a");
        publishMany("a", "m:", 10);
        first.received().awaitCount(10);
        first.drop();
        publishMany("a", "n:", 5);
        TestClient second = durable("s");
        List<Delivery> all = second.received().awaitCount(15);
        Deliveries.assertGapless(all.subList(0, 10), 10);
        Deliveries.assertGapless(all.subList(10, 15), 5);
    }

    @Test
    void aReleasedMessageComesBeforeTheLaterOnesOfItsKey() {
        TestClient client = open(SessionOptions.transientSession("s").withUnsettledMax(1), SettleBehaviour.MANUAL)
                .subscribe("a");
        for (int i = 0; i < 3; i++) {
            publish(keyed("a", "k", "m" + i));
        }
        client.settle(client.received().awaitPayloads("m0").getLast(), Settlement.RELEASED);
        client.settle(client.received().awaitPayloads("m0", "m0").getLast(), Settlement.ACCEPTED);
        client.settle(client.received().awaitPayloads("m0", "m0", "m1").getLast(), Settlement.ACCEPTED);
        client.received().awaitPayloads("m0", "m0", "m1", "m2");
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void aFailedMessageHoldsUpTheLaterOnesOfItsKey() {
        aMessageThatComesLaterHoldsUpItsKey(new Settlement.Modified(Duration.ofSeconds(5), "not yet"));
    }

    @Test
    @Needs(Feature.DELAYED_REDELIVERY)
    void aMessageThatIsReleasedForLaterHoldsUpTheLaterOnesOfItsKey() {
        aMessageThatComesLaterHoldsUpItsKey(new Settlement.Released(Duration.ofSeconds(5)));
    }

    private void aMessageThatComesLaterHoldsUpItsKey(Settlement later) {
        TestClient client = open(
                        SessionOptions.transientSession("s").withUnsettledMax(1),
                        delivery -> delivery.payload().equals("k:0") && !delivery.redelivered()
                                ? later
                                : Settlement.ACCEPTED)
                .subscribe("a");
        publish(keyed("a", "k", "k:0"));
        client.received().awaitPayloads("k:0");
        publish(keyed("a", "k", "k:1"));
        publish(keyed("a", "k", "k:2"));
        publish(keyed("a", "other", "other:0"));
        advanceUntilCount(client, 5);
        Map<String, List<Delivery>> byKey = Deliveries.by(
                d -> d.payload().substring(0, d.payload().indexOf(':')),
                client.received().deliveries());
        assertThat(Deliveries.payloads(byKey.getOrDefault("k", List.of()))).containsExactly("k:0", "k:0", "k:1", "k:2");
        assertThat(byKey.get("other")).hasSize(1);
    }

    private static Message keyed(String topic, String key, String payload) {
        return to(topic)
                .payload(payload)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
    }

    private static void inParallel(int threads, java.util.function.IntConsumer work) {
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            running.add(Thread.ofPlatform().start(() -> work.accept(number)));
        }
        for (Thread thread : running) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
