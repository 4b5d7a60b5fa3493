package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a spool, or the transport behind it, does not take: who is told, and what is kept. */
class SpoolRefusalsTest extends SpoolingFixture {
    @Test
    void beyondTheQuotaAPublishIsRefusedAndSaysSo() throws IOException {
        open(config().withQuota(1 << 30, 20));
        assertThat(spooling.guarantees().retention()).contains("20 messages or");
        target.mode(Mode.DOWN);
        publishMany("m", 20);
        SignalboxException refusal = catchThrowableOfType(SignalboxException.class, () -> publish("too many"));
        assertThat(refusal.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(refusal).hasMessageContaining("20 messages");
        target.mode(Mode.UP);
        awaitDrained();
        publish("fits again");
        assertThat(target.taken()).hasSize(21);
    }

    @Test
    void theQuotaHoldsForBytesToo() throws IOException {
        open(config().withQuota(5_000, 1_000_000));
        target.mode(Mode.DOWN);
        SignalboxException refusal = catchThrowableOfType(SignalboxException.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                publish("x".repeat(100));
            }
        });
        assertThat(refusal.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(spooling.status().pendingBytes()).isBetween(5_000L, 6_000L);
    }

    @Test
    void whoPublishesAgainWhenItIsRefusedDoesNotDisturbTheOthers() throws IOException {
        open(config().withAnswerTimeout(SILENCE).withQuota(1 << 30, 3));
        target.mode(Mode.HANGING);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 10; i++) {
            Message message = message("m" + i);
            spooling.publish(
                    message,
                    new PublishCallback() {
                        @Override
                        public void published(
                                long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                            answers.published(context, outcome, reached, sequence);
                        }

                        @Override
                        public void refused(long context, Refusal refusal) {
                            spooling.publish(message, answers, context);
                        }
                    },
                    i);
        }
        // None is answered in time: all turn to the spool at once, which takes three of them.
        answers.awaitAnswers(10);
        assertThat(answers.refusals())
                .hasSize(7)
                .allSatisfy((context, refusal) -> assertThat(refusal.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED));
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.takenTexts().stream().distinct()).hasSize(3);
    }

    @Test
    void oneMessageThatIsNeverTakenDoesNotHoldUpTheOthers() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 3);
        target.mode(Mode.TOO_LARGE);
        Awaitility.await().atMost(PATIENCE).until(() -> refused.size() == 3);
        awaitDrained();
        target.mode(Mode.UP);
        publish("good");
        assertThat(refused).containsExactly("m0: PAYLOAD_TOO_LARGE", "m1: PAYLOAD_TOO_LARGE", "m2: PAYLOAD_TOO_LARGE");
        assertThat(target.takenTexts()).containsExactly("good");
        assertThat(spooling.status().refusedCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUE_FULL", "NOT_AUTHORIZED", "NO_RESPONDERS", "PARTIAL"})
    void whatAHealthyTransportRefusesForNowIsKeptUntilItTakesIt(ReasonCode reason) throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 300);
        target.refuse(reason);
        awaitHeldUpBy(reason.code());
        publishMany("n", 10);
        assertThat(spooling.status().pendingCount()).isEqualTo(310);
        target.mode(Mode.UP);
        awaitDrained();
        List<String> all = new ArrayList<>(numbered("m", 300));
        all.addAll(numbered("n", 10));
        assertThat(target.takenTexts()).containsExactlyElementsOf(all);
        assertThat(refused).isEmpty();
        assertThat(spooling.status().refusedCount()).isZero();
        assertThat(spooling.health()).isEqualTo(Health.UP);
    }

    @Test
    void inAnOutageNothingIsGivenUp() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 3);
        target.mode(Mode.REFUSING);
        awaitHeldUpBy("busy");
        spooling.giveUpFirst();
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(refused).isEmpty();
        assertThat(target.takenTexts()).containsExactly("m0", "m1", "m2");
    }

    @Test
    void whatHoldsUpTheOthersCanBeGivenUp() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 3);
        target.refuse(ReasonCode.NOT_AUTHORIZED);
        awaitHeldUpBy("not-authorized");
        spooling.giveUpFirst();
        Awaitility.await().atMost(PATIENCE).until(() -> refused.size() == 1);
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(refused).containsExactly("m0: NOT_AUTHORIZED");
        assertThat(target.takenTexts()).containsExactly("m1", "m2");
        assertThat(spooling.status().refusedCount()).isEqualTo(1);
    }

    @Test
    void anErrorOfTheTransportEndsNothingAndCostsNoMessage() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 300);
        target.mode(Mode.BROKEN);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> spooling.health().detail().contains("NoClassDefFoundError"));
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 300));
        assertThat(refused).isEmpty();
    }

    private void awaitHeldUpBy(String code) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> spooling.health().detail().contains("a: " + code + ", switched off"));
    }

    @Test
    void whatIsRefusedForGoodIsKeptUntilSomebodyHasTakenItDown() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        spooling = new SpoolingTransport(
                target,
                config(),
                RefusedMessages.at((message, refusal) -> {
                    if (asked.incrementAndGet() < 3) {
                        throw new IllegalStateException("the table of dead letters is locked");
                    }
                    refused.add(message.payloadText());
                }),
                TimeSource.monotonic());
        target.mode(Mode.DOWN);
        publish("large");
        target.mode(Mode.TOO_LARGE);
        awaitDrained();
        assertThat(refused).containsExactly("large");
        assertThat(spooling.status().refusedCount()).isEqualTo(1);
    }

    @Test
    void whatIsRefusedForGoodStaysInTheSpoolUntilItIsSafeElsewhere() throws IOException {
        Deque<CompletableFuture<Boolean>> asked = new ConcurrentLinkedDeque<>();
        RefusedMessages slow = (message, refusal) -> {
            CompletableFuture<Boolean> place = new CompletableFuture<>();
            asked.add(place);
            return place;
        };
        spooling = new SpoolingTransport(target, config(), slow, TimeSource.monotonic());
        target.mode(Mode.DOWN);
        publish("large");
        target.mode(Mode.TOO_LARGE);
        Awaitility.await().atMost(PATIENCE).until(() -> asked.size() == 1);
        assertThat(spooling.status().pendingCount()).isEqualTo(1);
        assertThat(spooling.status().refusedCount()).isZero();
        asked.getLast().completeExceptionally(new IllegalStateException("the disk of dead letters is full"));
        Awaitility.await().atMost(PATIENCE).until(() -> asked.size() == 2);
        assertThat(spooling.health().detail()).contains("the disk of dead letters is full");
        asked.getLast().complete(true);
        awaitDrained();
        assertThat(spooling.status().refusedCount()).isEqualTo(1);
    }

    @Test
    void aRefusedMessageThatNobodyHasYetIsThereAfterARestart() throws IOException {
        SimulatedFileStore disk = new SimulatedFileStore();
        target = new SwitchedTransport(Brokers.open(disk, TimeSource.monotonic()));
        AtomicInteger asked = new AtomicInteger();
        RefusedMessages silent = (message, refusal) -> {
            asked.incrementAndGet();
            return new CompletableFuture<>();
        };
        spooling = new SpoolingTransport(target, config(), silent, TimeSource.monotonic());
        target.mode(Mode.DOWN);
        publish("large");
        target.mode(Mode.TOO_LARGE);
        Awaitility.await().atMost(PATIENCE).until(() -> asked.get() > 0);
        spooling.close();
        target = new SwitchedTransport(Brokers.open(disk, TimeSource.monotonic()));
        open(config());
        awaitDrained();
        assertThat(target.takenTexts()).containsExactly("large");
    }

    /** The next try is under way by then, and nothing is known of it. */
    @Test
    void aRefusalOfATryThatWasGivenUpEndsNoLaterOne() throws IOException {
        List<PublishCallback> tries = new CopyOnWriteArrayList<>();
        target = new SwitchedTransport(Brokers.open()) {
            @Override
            public void publish(Message message, PublishCallback callback, long context) {
                if (health().status() == Health.Status.UP) {
                    tries.add(callback);
                } else {
                    super.publish(message, callback, context);
                }
            }
        };
        open(config().withAnswerTimeout(SILENCE));
        target.mode(Mode.DOWN);
        publish("m");
        target.mode(Mode.UP);
        Awaitility.await().atMost(PATIENCE).until(() -> tries.size() >= 2);
        tries.getFirst().refused(0, new Refusal(ReasonCode.BUSY, "too late"));
        assertThat(spooling.health().detail()).doesNotContain("too late");
        tries.getLast().published(0, Receipt.Outcome.ROUTED, Durability.SYNCED, 0);
        awaitDrained();
    }
}
