package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Looks into the past that take nothing from anybody. */
@Needs(Feature.REPLAY)
public abstract class HistoryContract extends Theme {
    private static final TopicFilter A = TopicFilter.ofMqtt("a/#");

    private List<Receipt> past() {
        publish("a/1", "m0");
        publish("b", "other");
        publish("a/2", "m1");
        advance(Duration.ofMinutes(1));
        return List.of(publish("a/1", "m2"), publish("a/2", "m3"));
    }

    private List<String> read(StartPosition start, long untilMillis, int limit) {
        return texts(read(new ReadRequest(A, start, untilMillis, limit)));
    }

    @Test
    void theLastMessagesComeOldestFirst() {
        past();
        assertThat(texts(read(ReadRequest.last(A, 3)))).containsExactly("m1", "m2", "m3");
        assertThat(texts(read(ReadRequest.last(A, 99)))).containsExactly("m0", "m1", "m2", "m3");
    }

    @Test
    void everyStartPositionIsUnderstood() {
        List<Receipt> late = past();
        long time = read(ReadRequest.last(A, 2)).getFirst().timeMillis();
        assertThat(read(StartPosition.NEW, Long.MAX_VALUE, 99)).isEmpty();
        assertThat(read(StartPosition.ALL, Long.MAX_VALUE, 99)).containsExactly("m0", "m1", "m2", "m3");
        assertThat(read(StartPosition.LAST_PER_TOPIC, Long.MAX_VALUE, 99)).containsExactly("m2", "m3");
        assertThat(read(new StartPosition.Sequence(late.getFirst().sequence()), Long.MAX_VALUE, 99))
                .containsExactly("m2", "m3");
        assertThat(read(new StartPosition.Time(time), Long.MAX_VALUE, 99)).containsExactly("m2", "m3");
        assertThat(read(new StartPosition.Time(time + 3_600_000), Long.MAX_VALUE, 99))
                .isEmpty();
    }

    @Test
    void theLimitAndTheEndBoundWhatIsRead() {
        past();
        long time = read(ReadRequest.last(A, 2)).getFirst().timeMillis();
        assertThat(read(StartPosition.ALL, Long.MAX_VALUE, 3)).containsExactly("m0", "m1", "m2");
        assertThat(read(StartPosition.ALL, time - 30_000, 99)).containsExactly("m0", "m1");
    }

    @Test
    void messagesThatWereNotLoggedAreInTheHistoryToo() {
        publish(to("a/1").payload("light").guarantee(Guarantee.AT_MOST_ONCE).build());
        publish("a/1", "heavy");
        assertThat(texts(read(ReadRequest.last(A, 10)))).containsExactly("light", "heavy");
    }

    @Test
    void aVisitorMayStop() {
        past();
        List<StoredMessage> seen = Collections.synchronizedList(new ArrayList<>());
        long count = await(transport.read(ReadRequest.last(A, 4), message -> {
            seen.add(message);
            return seen.size() < 2;
        }));
        assertThat(texts(seen)).containsExactly("m0", "m1");
        assertThat(count).isEqualTo(2);
    }

    @Test
    void sequencesAreThoseOfTheReceipts() {
        List<Receipt> late = past();
        assertThat(read(ReadRequest.last(A, 2)))
                .extracting(StoredMessage::sequence)
                .containsExactlyElementsOf(late.stream().map(Receipt::sequence).toList());
    }

    @Test
    void timesAscendAndAreThoseOfTheTransportsClock() {
        past();
        List<StoredMessage> all = read(ReadRequest.last(A, 4));
        assertThat(all).extracting(StoredMessage::timeMillis).isSorted();
        assertThat(all.get(2).timeMillis() - all.get(1).timeMillis()).isGreaterThanOrEqualTo(60_000);
    }

    @Test
    void aVisitorThatThrowsFailsItsReadAlone() {
        past();
        assertThat(transport.read(ReadRequest.last(A, 4), message -> {
                    throw new IllegalStateException("on purpose");
                }))
                .failsWithin(patience());
        assertThat(texts(read(ReadRequest.last(A, 4)))).hasSize(4);
    }

    @Test
    @Needs(Feature.SUBSCRIBE)
    void readingTakesNothingFromAQueue() {
        TestClient client = client("s", "a/#");
        client.writable(false);
        past();
        assertThat(read(ReadRequest.last(A, 99))).hasSize(4);
        client.writable(true);
        client.received().awaitPayloads("m0", "m1", "m2", "m3");
    }

    @Test
    @Needs(Feature.SUBSCRIBE)
    void aVisitorThatBlocksHoldsUpNobodyElse() throws Exception {
        past();
        java.util.concurrent.CountDownLatch release = new java.util.concurrent.CountDownLatch(1);
        var slow = transport.read(ReadRequest.last(A, 4), message -> {
            try {
                return release.await(1, java.util.concurrent.TimeUnit.HOURS);
            } catch (InterruptedException e) {
                return false;
            }
        });
        TestClient client = client("s", "a/#");
        publish("a/1", "meanwhile");
        client.received().awaitPayloads("meanwhile");
        assertThat(read(ReadRequest.last(A, 1))).hasSize(1);
        release.countDown();
        assertThat(await(slow)).isEqualTo(4);
    }
}
