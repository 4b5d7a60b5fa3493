package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions that begin in the past. */
@Needs({Feature.SUBSCRIBE, Feature.REPLAY})
public abstract class ReplayContract extends Theme {
    private TestClient from(String name, String filter, StartPosition start) {
        return client(name).subscribe(spec(filter).withStart(start, 0));
    }

    private void assertGets(StartPosition start, String... payloads) {
        TestClient client = from("from-" + start.hashCode(), "a/#", start);
        client.received().awaitCount(payloads.length);
        client.fence();
        assertThat(deliveredTo(client)).as("from %s", start).containsExactly(payloads);
        publish("a/live", "live");
        assertThat(client.received().awaitCount(payloads.length + 1).getLast().payload())
                .isEqualTo("live");
    }

    /** Two topics, six messages, another topic between. */
    private List<Receipt> past() {
        publish("a/1", "m0");
        publish("a/2", "m1");
        publish("b", "other");
        advance(Duration.ofMinutes(1));
        return List.of(publish("a/1", "m2"), publish("a/1", "m3"), publish("a/2", "m4"), publish("a/1", "m5"));
    }

    @Test
    void newBeginsNow() {
        past();
        assertGets(StartPosition.NEW);
    }

    @Test
    void allBeginsWithTheOldest() {
        past();
        assertGets(StartPosition.ALL, "m0", "m1", "m2", "m3", "m4", "m5");
    }

    @Test
    void lastCountsOverAllMatchingTopics() {
        past();
        assertGets(new StartPosition.Last(3), "m3", "m4", "m5");
    }

    @Test
    void lastOfMoreThanThereAreGivesAll() {
        past();
        assertGets(new StartPosition.Last(100), "m0", "m1", "m2", "m3", "m4", "m5");
    }

    @Test
    void lastPerTopicGivesTheNewestOfEach() {
        past();
        assertGets(StartPosition.LAST_PER_TOPIC, "m4", "m5");
    }

    @Test
    void aSequenceIsInclusive() {
        long sequence = past().get(1).sequence();
        assertThat(sequence).isPositive();
        assertGets(new StartPosition.Sequence(sequence), "m3", "m4", "m5");
    }

    @Test
    void aSequenceInTheFutureGivesOnlyWhatIsNew() {
        long sequence = past().getLast().sequence();
        TestClient client = from("s", "a/#", new StartPosition.Sequence(sequence + 1));
        client.fence();
        assertThat(deliveredTo(client)).isEmpty();
        publish("a/1", "live");
        client.received().awaitPayloads("live");
    }

    @Test
    void aTimeIsInclusive() {
        past();
        long time =
                read(ReadRequest.last(TopicFilter.ofMqtt("a/#"), 4)).getFirst().timeMillis();
        assertGets(new StartPosition.Time(time), "m2", "m3", "m4", "m5");
    }

    @Test
    void nobodyElseIsBotheredByAReplay() {
        TestClient present = client("present", "a/#");
        past();
        from("late", "a/#", StartPosition.ALL).received().awaitCount(6);
        present.fence();
        assertThat(deliveredTo(present)).hasSize(6);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void thePastSurvivesARestart() throws Exception {
        past();
        restart();
        assertGets(StartPosition.ALL, "m0", "m1", "m2", "m3", "m4", "m5");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void aReplayGoesOnWhereItStoppedAfterALostConnection() {
        publishMany("a", "m", 30);
        TestClient first = open(
                        io.signalbox.transport.SessionOptions.durableSession("s")
                                .withUnsettledMax(5),
                        io.signalbox.testkit.SettleBehaviour.MANUAL)
                .subscribe(spec("a").withStart(StartPosition.ALL, 0));
        first.received().awaitCount(5);
        first.drop();
        TestClient second = durable("s");
        second.received().awaitPayloads(numbered("m", 30));
        second.fence();
        assertThat(second.received().deliveries()).hasSize(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALL", "Sequence", "Time"})
    void betweenThePastAndTheLiveStreamNothingIsMissingAndNothingTwice(String kind) throws Exception {
        int before = 300;
        int during = 700;
        PublishRecorder answers = new PublishRecorder(patience());
        long firstSequence = publish("a", "p:0").sequence();
        for (int i = 1; i < before; i++) {
            transport.publish(message("a", "p:" + i), answers, i);
        }
        answers.awaitAnswers(before - 1);
        long firstTime = read(new ReadRequest(TopicFilter.ofMqtt("a"), StartPosition.ALL, Long.MAX_VALUE, 1))
                .getFirst()
                .timeMillis();
        CountDownLatch underWay = new CountDownLatch(during / 4);
        Thread publisher = Thread.ofPlatform().start(() -> {
            for (int i = before; i < before + during; i++) {
                Message m = message("a", "p:" + i);
                transport.publish(m, answers, i);
                underWay.countDown();
            }
        });
        underWay.await();
        StartPosition start = switch (kind) {
            case "Sequence" -> new StartPosition.Sequence(firstSequence);
            case "Time" -> new StartPosition.Time(firstTime);
            default -> StartPosition.ALL;
        };
        TestClient client = from("s", "a", start);
        publisher.join();
        answers.awaitAnswers(before + during - 1);
        List<Delivery> all = client.received().awaitCount(before + during);
        client.fence();
        all = client.received().deliveries();
        Deliveries.assertGapless(all, before + during);
    }

    @Test
    void aReplayAtASpeedKeepsTheDistances() {
        publish("a", "m0");
        advance(Duration.ofSeconds(60));
        publish("a", "m1");
        TestClient client = client("s").subscribe(spec("a").withStart(StartPosition.ALL, 20));
        client.received().awaitPayloads("m0");
        barrier();
        client.flush();
        assertThat(deliveredTo(client)).containsExactly("m0");
        advanceUntilCount(client, 2);
        client.received().awaitPayloads("m0", "m1");
    }
}
