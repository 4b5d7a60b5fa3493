package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.ManualScheduler;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {
    private static final Duration TURN = Duration.ofMillis(50);
    /** Longer than any pause. */
    private static final Duration LONG = Duration.ofMinutes(2);
    /** More than is read at once. */
    private static final int MANY = 150;

    private final ManualScheduler time = new ManualScheduler();
    private final LoopbackTransport transport = new LoopbackTransport();
    private final ListOutbox outbox = new ListOutbox();
    private final OutboxRelay relay = new OutboxRelay(outbox, transport, time, TURN, message -> {});

    private void holds(@Nullable String key, String... payloads) {
        for (String payload : payloads) {
            outbox.add(key, payload);
        }
    }

    private static String[] many(String prefix) {
        return IntStream.range(0, MANY).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    private List<String> published() {
        return transport.published.stream().map(Message::payloadText).toList();
    }

    @Test
    void nothingGoesPastAMessageOfItsKeyThatWasRefused() {
        holds("k", "k1", "k2", "k3", "k4");
        holds("other", "o1", "o2");
        holds(null, "free");
        transport.answers.refuse(message -> message.payloadText().equals("k3"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactlyInAnyOrder("k1", "o1", "free", "k2", "o2");
        assertThat(outbox.payloads()).containsExactly("k3", "k4");
        time.advance(TURN.multipliedBy(10));
        transport.answers.refuseNone();
        time.advance(LONG);
        assertThat(published()).endsWith("k3", "k4").hasSize(7).doesNotHaveDuplicates();
        assertThat(outbox.entries).isEmpty();
        relay.close();
    }

    @Test
    void otherKeysGoOnHoweverMuchOfAStoppedOneComesFirst() {
        holds("k", many("k"));
        holds("other", "o1");
        holds(null, "free");
        transport.answers.refuse(message -> message.payloadText().startsWith("k"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactlyInAnyOrder("o1", "free");
        relay.close();
    }

    @Test
    void whatHasNoKeyHoldsUpNothing() {
        holds(null, many("broken"));
        holds("k", "k1");
        transport.answers.refuse(message -> message.payloadText().startsWith("broken"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactly("k1");
        transport.answers.refuseNone();
        time.advance(LONG);
        assertThat(published()).hasSize(MANY + 1).doesNotHaveDuplicates();
        relay.close();
    }

    @Test
    void aRefusedMessageIsTriedAgainEverMoreRarely() {
        List<String> tried = new ArrayList<>();
        transport.faults.beforePublishing(message -> tried.add(message.payloadText()));
        holds("k", "k1", "k2");
        transport.answers.refuse(message -> true);
        relay.start();
        time.advance(Duration.ofHours(1));
        // Each minute, and a few times before that was the pause.
        assertThat(tried).containsOnly("k1").hasSizeBetween(60, 70);
        relay.close();
    }

    @Test
    void aTransportThatTakesNothingIsTriedAgainSoonAndForAll() {
        List<String> tried = new ArrayList<>();
        transport.faults.beforePublishing(message -> tried.add(message.payloadText()));
        holds("k", "k1", "k2");
        holds("other", "o1");
        transport.answers.refuseAll(new Refusal(ReasonCode.SHUTTING_DOWN, "back in a moment"));
        relay.start();
        time.advance(Duration.ofMinutes(10));
        assertThat(tried).hasSizeBetween(2_000, 2_400);
        transport.answers.refuseAll(null);
        time.advance(Duration.ofSeconds(1));
        assertThat(published()).containsExactly("k1", "o1", "k2");
        relay.close();
    }

    @Test
    void whatIsRefusedForGoodIsSetAsideWithItsReasonAndKeepsItsKey() {
        holds("k", "k1", "k2", "k3");
        holds("other", "o1");
        transport.answers.refuseForGood(message -> message.payloadText().equals("k2"));
        relay.start();
        time.advance(Duration.ofHours(1));
        assertThat(published()).containsExactlyInAnyOrder("k1", "o1");
        assertThat(outbox.aside.values()).containsExactly("payload-too-large: this one is too large");
        assertThat(relay.setAside()).isEqualTo(1);
        transport.answers.refuseNone();
        outbox.putBack();
        time.advance(TURN);
        assertThat(published()).endsWith("k2", "k3").hasSize(4);
        relay.close();
    }

    @Test
    void soManyThatAreSetAsideDoNotStopTheRest() {
        for (int i = 0; i < 1_200; i++) {
            holds("bad" + i, "bad" + i);
        }
        holds("good", "g1");
        transport.answers.refuseForGood(message -> message.payloadText().startsWith("bad"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactly("g1");
        assertThat(relay.setAside()).isEqualTo(1_200);
        relay.close();
    }

    @Test
    void whenMoreIsRefusedThanAnyMessageCanBeToBlameForTheRelayWaits() {
        List<String> tried = new ArrayList<>();
        transport.faults.beforePublishing(message -> tried.add(message.payloadText()));
        for (int i = 0; i < 1_200; i++) {
            outbox.add("shop/" + i, null, "m" + i);
        }
        transport.answers.refuse(message -> true);
        relay.start();
        time.advance(TURN);
        assertThat(tried).hasSize(OutboxPauses.PAUSES_MAX).doesNotHaveDuplicates();
        transport.answers.refuseNone();
        time.advance(LONG);
        assertThat(published()).hasSize(1_200).doesNotHaveDuplicates();
        relay.close();
    }

    @Test
    void aTransportThatThrowsAtOneMessageTakesTheOthers() {
        transport.faults.beforePublishing(message -> {
            if (message.payloadText().equals("k1")) {
                throw new IllegalStateException("no driver");
            }
        });
        holds("k", "k1", "k2");
        holds("other", "o1");
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactly("o1");
        relay.close();
    }

    @Test
    void aMessageThatIsNotAnsweredIsSentAgain() {
        holds("k", "k1");
        transport.answers.waitForTheTest();
        relay.start();
        time.advance(Duration.ofMinutes(1));
        assertThat(published()).hasSizeGreaterThan(1).containsOnly("k1");
        relay.close();
    }

    @Test
    void nothingElseWaitsForItsAnswer() {
        holds("k", "k1", "k2");
        holds("other", "o1", "o2");
        holds(null, many("free"));
        transport.answers.waitForTheTest(message -> message.payloadText().equals("k1"));
        relay.start();
        long before = time.nanoTime();
        time.advance(TURN.multipliedBy(5));
        assertThat(outbox.payloads()).containsExactly("k1", "k2");
        assertThat(Duration.ofNanos(time.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        transport.answers.giveAll();
        time.advance(TURN.multipliedBy(2));
        assertThat(outbox.payloads()).isEmpty();
        assertThat(published()).doesNotHaveDuplicates().hasSize(MANY + 4).endsWith("k2");
        relay.close();
    }

    @Test
    void aPartOfTheTransportThatIsAwayHoldsUpNothing() {
        for (int i = 0; i < MANY; i++) {
            holds("key " + i, "away" + i);
        }
        holds("other", "o1");
        transport.answers.refuse(
                message -> message.payloadText().startsWith("away"),
                new Refusal(ReasonCode.BUSY, "no answer of this part"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactly("o1");
        transport.answers.refuseNone();
        time.advance(Duration.ofSeconds(1));
        assertThat(published()).hasSize(MANY + 1);
        relay.close();
    }

    @Test
    void whatTheOutboxCannotRemoveIsNotSentAgain() {
        holds("k", "k1", "k2");
        holds("other", "o1");
        outbox.isReadOnly = true;
        relay.start();
        time.advance(LONG);
        assertThat(published()).containsExactly("k1", "o1");
        outbox.isReadOnly = false;
        time.advance(LONG);
        assertThat(published()).containsExactly("k1", "o1", "k2");
        assertThat(outbox.entries).isEmpty();
        relay.close();
    }

    @Test
    void oneDeadlineHoldsForAllThatIsSentTogether() {
        for (int i = 0; i < 100; i++) {
            holds("key " + i, "m" + i);
        }
        transport.answers.waitForTheTest(message -> message.payloadText().startsWith("m"));
        relay.start();
        long before = time.nanoTime();
        time.advance(TURN);
        assertThat(Duration.ofNanos(time.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
        holds(null, "late");
        time.advance(Duration.ofSeconds(1));
        assertThat(published()).hasSize(101).endsWith("late");
        time.advance(OutboxFlight.ANSWER_WITHIN.plusSeconds(5));
        assertThat(published()).as("each was sent a second time").hasSize(201);
        relay.close();
    }

    @Test
    void anOutboxThatFailsIsAskedAgain() {
        holds("k", "k1");
        outbox.isDown = true;
        relay.start();
        time.advance(TURN);
        outbox.isDown = false;
        time.advance(TURN);
        assertThat(published()).containsExactly("k1");
        relay.close();
    }

    /** More than could be left out one by one. */
    private static final int VERY_MANY = 1_200;

    @Test
    void aTopicWhoseSubscriberTakesNothingStopsNoOther() {
        for (int i = 0; i < VERY_MANY; i++) {
            outbox.add("full", null, "f" + i);
        }
        outbox.add("free", null, "free");
        transport.answers.refuse(message -> message.topic().text().equals("full"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactly("free");
        time.advance(LONG);
        outbox.add("free", null, "later");
        time.advance(TURN.multipliedBy(2));
        assertThat(published()).containsExactly("free", "later");
        transport.answers.refuseNone();
        time.advance(LONG);
        assertThat(published()).hasSize(VERY_MANY + 2).doesNotHaveDuplicates();
        relay.close();
    }

    @Test
    void norIfItsMessagesHaveKeysWhoseOrderIsKept() {
        for (int i = 0; i < VERY_MANY; i++) {
            outbox.add("full", "key " + i, "f" + i);
        }
        outbox.add("free", "key 700", "behind");
        outbox.add("free", "other", "free");
        transport.answers.refuse(message -> message.topic().text().equals("full"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactly("free");
        transport.answers.refuseNone();
        time.advance(LONG);
        assertThat(published()).hasSize(VERY_MANY + 2).doesNotHaveDuplicates().containsSubsequence("f700", "behind");
        relay.close();
    }

    @Test
    void oneMessageThatIsTakenDoesNotEndThePauseOfItsTopic() {
        List<String> tried = new ArrayList<>();
        for (int i = 0; i < VERY_MANY; i++) {
            outbox.add("full", null, "f" + i);
        }
        transport.answers.refuse(message -> message.payloadText().startsWith("f"));
        relay.start();
        time.advance(Duration.ofMinutes(5));
        transport.faults.beforePublishing(message -> tried.add(message.payloadText()));
        for (int minute = 0; minute < 10; minute++) {
            outbox.add("full", null, "good " + minute);
            outbox.entries.addFirst(outbox.entries.removeLast());
            time.advance(Duration.ofMinutes(1));
        }
        assertThat(published()).hasSizeBetween(9, 10).allMatch(payload -> payload.startsWith("good"));
        assertThat(tried).as("a page each minute").hasSizeLessThan(1_200);
        transport.answers.refuseNone();
        time.advance(Duration.ofMinutes(2));
        assertThat(outbox.entries).isEmpty();
        relay.close();
    }

    @Test
    void aTopicThatIsStoppedIsTriedEverMoreRarely() {
        List<String> tried = new ArrayList<>();
        for (int i = 0; i < VERY_MANY; i++) {
            outbox.add("full", null, "f" + i);
        }
        transport.answers.refuse(message -> true);
        relay.start();
        time.advance(Duration.ofMinutes(5));
        transport.faults.beforePublishing(message -> tried.add(message.payloadText()));
        time.advance(Duration.ofMinutes(10));
        // A page each minute.
        assertThat(tried).hasSizeBetween(900, 1_100);
        relay.close();
    }
}
