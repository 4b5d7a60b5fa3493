package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when a queue is full. */
@Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
public abstract class OverflowContract extends Theme {
    private static final long BYTES_AMPLE = 1 << 20;

    private SessionOptions bounded(int messagesMax, long bytesMax, OverflowPolicy policy) {
        return SessionOptions.durableSession("s").withQueue(messagesMax, bytesMax, policy);
    }

    /** A session with such a queue, subscribed to {@code a}, and away. */
    private SessionOptions away(int messagesMax, long bytesMax, OverflowPolicy policy) {
        SessionOptions options = bounded(messagesMax, bytesMax, policy);
        open(options, SettleBehaviour.ACCEPT).subscribe("a").detach();
        barrier();
        return options;
    }

    /** @param count as many as must come at least; a marker sent earlier could push them out */
    private List<String> onReturn(SessionOptions options, int count) {
        TestClient back = open(options, SettleBehaviour.ACCEPT);
        back.received().awaitCount(count);
        back.fence();
        return deliveredTo(back);
    }

    @Test
    void dropOldestKeepsTheNewest() {
        SessionOptions options = away(5, BYTES_AMPLE, OverflowPolicy.DROP_OLDEST);
        publishMany("a", "m", 12);
        assertThat(onReturn(options, 5)).containsExactly("m7", "m8", "m9", "m10", "m11");
    }

    @Test
    void dropOldestKeepsTheBytesWithinTheirBound() {
        SessionOptions options = away(1_000, 1_000, OverflowPolicy.DROP_OLDEST);
        String hundred = "x".repeat(98);
        publishMany("a", hundred, 25);
        // Not ten each time: what a transport adds to a message, an id for one, may count too.
        List<String> kept = onReturn(options, 3);
        assertThat(kept).hasSizeBetween(3, 10);
        assertThat(kept).containsExactlyElementsOf(numbered(hundred, 25).subList(25 - kept.size(), 25));
    }

    @Test
    @Needs(Feature.REFUSAL_WHEN_FULL)
    void rejectPublishRefusesWhatDoesNotFitForEverybody() {
        TestClient other = client("other", "a");
        SessionOptions options = away(5, BYTES_AMPLE, OverflowPolicy.REJECT_PUBLISH);
        publishMany("a", "m", 5);
        assertThat(refusalOf(() -> publish("a", "too many")).reason()).isEqualTo(ReasonCode.QUEUE_FULL);
        publish("a/other", "unhindered");
        other.fence();
        assertThat(deliveredTo(other)).containsExactlyElementsOf(numbered("m", 5));
        assertThat(onReturn(options, 5)).containsExactlyElementsOf(numbered("m", 5));
        publish("a", "fits again");
        assertThat(other.received().awaitCount(6).getLast().payload()).isEqualTo("fits again");
    }

    @Test
    @Needs(Feature.REFUSAL_WHEN_FULL)
    void rejectPublishHoldsForBytesToo() {
        SessionOptions options = away(1_000, 1_000, OverflowPolicy.REJECT_PUBLISH);
        publish("a", "x".repeat(600));
        assertThat(refusalOf(() -> publish("a", "y".repeat(600))).reason()).isEqualTo(ReasonCode.QUEUE_FULL);
        assertThat(onReturn(options, 1)).containsExactly("x".repeat(600));
    }

    @Test
    void spillKeepsEverything() {
        SessionOptions options = away(5, BYTES_AMPLE, OverflowPolicy.SPILL);
        publishMany("a", "m", 60);
        assertThat(onReturn(options, 60)).containsExactlyElementsOf(numbered("m", 60));
    }

    @Test
    void whatSpilledSurvivesARestart() throws Exception {
        SessionOptions options = away(5, BYTES_AMPLE, OverflowPolicy.SPILL);
        publishMany("a", "m", 60);
        restart();
        assertThat(onReturn(options, 60)).containsExactlyElementsOf(numbered("m", 60));
    }

    @Test
    @Needs(Feature.DEAD_LETTERS)
    void deadLetterKeepsWhatTheQueueCannot() throws Exception {
        SessionOptions options = away(5, BYTES_AMPLE, OverflowPolicy.DEAD_LETTER);
        publishMany("a", "m", 12);
        List<String> delivered = onReturn(options, 5);
        assertThat(delivered).hasSize(5).isSubsetOf(numbered("m", 12));
        List<String> rest = new ArrayList<>(numbered("m", 12));
        rest.removeAll(delivered);
        awaitDeadLetters(rest.toArray(String[]::new));
        assertThat(delivered)
                .isSortedAccordingTo((a, b) ->
                        numbered("m", 12).indexOf(a) - numbered("m", 12).indexOf(b));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theBoundHoldsForAConnectionThatCannotTakeMore(boolean beforeAnyDelivery) {
        TestClient slow = open(bounded(5, BYTES_AMPLE, OverflowPolicy.DROP_OLDEST), SettleBehaviour.ACCEPT)
                .subscribe("a");
        if (!beforeAnyDelivery) {
            publish("a", "first");
            slow.received().awaitPayloads("first");
        }
        int before = slow.received().deliveries().size();
        slow.writable(false);
        barrier();
        publishMany("a", "m", 12);
        barrier(); // a transport of several parts may answer before all have it
        slow.writable(true);
        slow.received().awaitCount(before + 5);
        slow.fence();
        List<Delivery> all = slow.received().deliveries();
        assertThat(all.subList(before, all.size()))
                .extracting(Delivery::payload)
                .containsExactly("m7", "m8", "m9", "m10", "m11");
    }

    @Test
    void oneFullQueueDoesNotTouchAnother() {
        SessionOptions options = away(5, BYTES_AMPLE, OverflowPolicy.DROP_OLDEST);
        TestClient other = durable("other", "a");
        publishMany("a", "m", 30);
        other.received().awaitPayloads(numbered("m", 30));
        assertThat(onReturn(options, 5)).hasSize(5);
    }
}
