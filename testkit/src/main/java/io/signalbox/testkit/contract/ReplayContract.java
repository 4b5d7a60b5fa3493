package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Subscriptions that begin in the past, and looks into it. */
@Needs({Feature.SUBSCRIBE, Feature.REPLAY})
public abstract class ReplayContract extends Theme {

    private TestClient from(String name, String filter, StartPosition start) {
        return client(name).subscribe(spec(filter).withStart(start, 0));
    }

    @Test
    void newBeginsNow() {
        publish("a", "old");
        TestClient client = from("s", "a", StartPosition.NEW);
        publish("a", "new");
        client.received().awaitPayloads("new");
    }

    @Test
    void allBeginsAtTheBeginning() {
        publishMany("a/x", "m", 30);
        TestClient client = from("s", "a/+", StartPosition.ALL);
        publish("a/y", "live");
        assertThat(Deliveries.payloads(client.received().awaitCount(31)))
                .startsWith("m0", "m1")
                .endsWith("m29", "live");
    }

    @Test
    void lastCountsOverAllTopics() {
        publishMany("a/x", "x", 5);
        publishMany("a/y", "y", 2);
        TestClient client = from("s", "a/#", new StartPosition.Last(4));
        assertThat(Deliveries.payloads(client.received().awaitCount(4))).containsExactly("x3", "x4", "y0", "y1");
    }

    @Test
    void lastReachesBehindARestart() throws Exception {
        publishMany("a", "m", 5);
        restart();
        publish("a", "m5");
        TestClient client = from("s", "a", new StartPosition.Last(3));
        assertThat(Deliveries.payloads(client.received().awaitCount(3))).containsExactly("m3", "m4", "m5");
    }

    @Test
    void lastPerTopicGivesOneOfEach() {
        publishMany("a/x", "x", 3);
        publishMany("a/y", "y", 3);
        TestClient client = from("s", "a/+", StartPosition.LAST_PER_TOPIC);
        client.received().awaitCount(2);
        client.fence();
        assertThat(deliveredTo(client)).containsExactlyInAnyOrder("x2", "y2");
    }

    @Test
    void aSequenceIsInclusive() {
        List<Receipt> receipts = publishMany("a", "m", 5);
        TestClient client =
                from("s", "a", new StartPosition.Sequence(receipts.get(3).sequence()));
        assertThat(Deliveries.payloads(client.received().awaitCount(2))).containsExactly("m3", "m4");
    }

    @Test
    void aTimeIsInclusive() {
        publish("a", "old");
        advance(Duration.ofMinutes(10));
        publish("a", "young");
        long young =
                read(ReadRequest.last(TopicFilter.ofMqtt("a"), 1)).getFirst().timeMillis();
        TestClient client = from("s", "a", new StartPosition.Time(young));
        client.received().awaitPayloads("young");
    }

    @Test
    void betweenPastAndLiveNothingIsMissingAndNothingTwice() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        int[] sent = {0};
        Thread publisher = Thread.ofVirtual().start(() -> {
            while (!enough.get()) {
                publish("a", "p:" + sent[0]++);
            }
        });
        eventually(() -> sent[0] > 50);
        TestClient first = from("first", "a", StartPosition.ALL);
        TestClient second = from("second", "#", StartPosition.ALL);
        eventually(() -> sent[0] > 150);
        enough.set(true);
        publisher.join();
        Deliveries.assertGapless(first.received().awaitCount(sent[0]), sent[0]);
        Deliveries.assertGapless(second.received().awaitCount(sent[0]), sent[0]);
    }

    @Test
    void unloggedMessagesAreInTheHistory() {
        publish(to("a").payload("light").guarantee(Guarantee.AT_MOST_ONCE).build());
        publish("a", "heavy");
        assertThat(texts(read(ReadRequest.last(TopicFilter.ofMqtt("a"), 10)))).containsExactly("light", "heavy");
    }

    @Test
    void readingTakesNothingFromAnybody() {
        TestClient client = client("s", "a");
        publishMany("a", "m", 3);
        assertThat(texts(read(ReadRequest.last(TopicFilter.ofMqtt("a"), 2)))).containsExactly("m1", "m2");
        assertThat(texts(read(new ReadRequest(TopicFilter.ofMqtt("#"), StartPosition.ALL, Long.MAX_VALUE, 2))))
                .containsExactly("m0", "m1");
        client.received().awaitPayloads("m0", "m1", "m2");
    }
}
