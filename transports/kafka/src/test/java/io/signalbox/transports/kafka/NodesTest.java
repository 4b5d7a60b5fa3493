package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one prefix, with several partitions. */
final class NodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ManualTimeSource time = new ManualTimeSource();
    private final KafkaConfig config =
            KafkaFixture.config("nodes").withCreation(new KafkaConfig.Creation(4, 1, Duration.ZERO));
    private final KafkaTransport one = KafkaTransport.open(config, time);
    private final KafkaTransport two = KafkaTransport.open(config, time);

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private static TestClient client(KafkaTransport transport, SessionOptions options) {
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private static Receipt publish(KafkaTransport transport, String topic, String key, String payload) {
        return TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt(topic))
                        .payload(payload)
                        .properties(MessageProperties.builder().orderingKey(key).build())
                        .build()),
                PATIENCE);
    }

    @Test
    void aNodeKnowsOfSubscriptionsAtTheOther() {
        assertThat(publish(two, "a", "k", "x").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        TestClient client = client(one, SessionOptions.transientSession("s")).subscribe("a");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> publish(two, "a", "k", "y").outcome() == Receipt.Outcome.ROUTED);
        client.received().awaitCount(1);
        client.detach();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> publish(two, "a", "k", "z").outcome() == Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @Test
    void aSessionMovesToTheNodeWhereItIsOpened() {
        TestClient first = client(one, SessionOptions.durableSession("s")).subscribe("a");
        publish(one, "a", "k", "1");
        first.received().awaitPayloads("1");
        TestClient second = client(two, SessionOptions.durableSession("s"));
        first.received().awaitDetached(DetachReason.TAKEN_OVER);
        assertThat(second.session().resumed()).isTrue();
        publish(one, "a", "k", "2");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> second.received().payloads().contains("2"));
        assertThat(first.received().payloads()).doesNotContain("2");
    }

    @Test
    void theMembersOfAShareGroupAtBothNodesDoTheWorkOnceAndInOrder() {
        FilterSpec shared = FilterSpec.of(TopicFilter.ofMqtt("jobs/#"), Guarantee.AT_LEAST_ONCE)
                .withShareGroup("g");
        TestClient here = client(one, SessionOptions.transientSession("here")).subscribe(shared);
        TestClient there = client(two, SessionOptions.transientSession("there")).subscribe(shared);
        // Partitions move when the second node joins: both get some from then on.
        Awaitility.await().atMost(PATIENCE).until(() -> {
            for (int key = 0; key < 16; key++) {
                publish(one, "jobs/warm-up", "key" + key, "warm-up");
            }
            return here.received().payloads().contains("warm-up")
                    && there.received().payloads().contains("warm-up");
        });
        int jobs = 400;
        for (int i = 0; i < jobs; i++) {
            publish(one, "jobs/" + i % 3, "key" + i % 16, "job:" + i);
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> jobs(here, there).distinct().count() == jobs);
        assertThat(jobs(here, there)).hasSize(jobs);
        assertThat(jobs(here)).isNotEmpty();
        assertThat(jobs(there)).isNotEmpty();
        for (TestClient member : List.of(here, there)) {
            for (int key = 0; key < 16; key++) {
                int its = key;
                assertThat(jobs(member)
                                .map(job -> Integer.parseInt(job.substring(4)))
                                .filter(job -> job % 16 == its))
                        .isSorted();
            }
        }
    }

    private static Stream<String> jobs(TestClient... members) {
        return Stream.of(members)
                .flatMap(member -> member.received().deliveries().stream())
                .map(Delivery::payload)
                .filter(payload -> payload.startsWith("job:"));
    }

    @Test
    void thePastOfSeveralPartitionsIsReadInTheOrderOfTime() {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            time.advance(Duration.ofSeconds(1));
            receipts.add(publish(one, "a/" + i % 5, "key" + i % 7, "m" + i));
        }
        assertThat(read(StartPosition.ALL, 99)).containsExactlyElementsOf(numbers(0, 40));
        assertThat(read(new StartPosition.Last(7), 99)).containsExactlyElementsOf(numbers(33, 40));
        assertThat(read(new StartPosition.Sequence(receipts.get(25).sequence()), 99))
                .containsExactlyElementsOf(numbers(25, 40));
        assertThat(read(new StartPosition.Time(time.millis() - 9_000), 99)).containsExactlyElementsOf(numbers(30, 40));
        assertThat(read(StartPosition.LAST_PER_TOPIC, 99)).containsExactlyElementsOf(numbers(35, 40));
        FilterSpec all = FilterSpec.of(TopicFilter.ofMqtt("a/#"), Guarantee.AT_LEAST_ONCE)
                .withStart(StartPosition.ALL, 0);
        TestClient client = client(two, SessionOptions.transientSession("s")).subscribe(all);
        client.received().awaitPayloads(numbers(0, 40));
    }

    private static List<String> numbers(int from, int to) {
        return java.util.stream.IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    private List<String> read(StartPosition start, int limit) {
        List<StoredMessage> seen = Collections.synchronizedList(new ArrayList<>());
        long count = TestClient.get(
                two.read(new ReadRequest(TopicFilter.ofMqtt("a/#"), start, Long.MAX_VALUE, limit), seen::add),
                PATIENCE);
        assertThat(count).isEqualTo(seen.size());
        return seen.stream().map(stored -> stored.message().payloadText()).toList();
    }
}
