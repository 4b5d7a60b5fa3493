package io.signalbox.broker.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong with one command is answered there; those beside it hear what they would have heard. */
class JournalFaultsTest {
    private JournalFixture fixture;
    private final PublishRecorder answers = new PublishRecorder(JournalFixture.PATIENCE);

    @BeforeEach
    void open() throws Exception {
        fixture = new JournalFixture();
        fixture.journal.start(() -> {});
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private void publish(String topic, PublishCallback callback, long context) {
        fixture.journal.publish(JournalFixture.message(topic), null, 0, callback, context);
    }

    @Test
    void aNoteTooLargeForARecordTakesNothingAlong() throws Exception {
        fixture.inOneBatch(() -> {
            publish("a", answers, 1);
            fixture.note(1, JournalFixture.RECORD_BYTES_MAX + 1);
            publish("a", answers, 2);
        });
        answers.awaitAnswers(2);
        assertThat(answers.receipts()).containsOnlyKeys(1L, 2L);
        fixture.noteAndAwait(2);
        assertThat(fixture.logged()).containsExactly(2);
    }

    @Test
    void aControlThatFailsIsAnsweredAndTakesNothingAlong() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        fixture.inOneBatch(() -> {
            publish("a", answers, 1);
            fixture.journal.control(answer, () -> {
                throw new IllegalStateException("on purpose");
            });
            publish("a", answers, 2);
        });
        answers.awaitAnswers(2);
        assertThat(answers.receipts()).containsOnlyKeys(1L, 2L);
        assertThat(answer.handle((nothing, e) -> ((SignalboxException) e).reason())
                        .join())
                .isEqualTo(ReasonCode.INTERNAL);
    }

    @Test
    void aPublishThatFailsIsRefusedAndTakesNothingAlong() {
        fixture.router.add(new Faulty(true, false), spec("faulty"), null);
        fixture.inOneBatch(() -> {
            publish("a", answers, 1);
            publish("faulty", answers, 2);
            publish("a", answers, 3);
        });
        answers.awaitAnswers(3);
        assertThat(answers.receipts()).containsOnlyKeys(1L, 3L);
        assertThat(answers.refusal(2)).isEqualTo(ReasonCode.INTERNAL);
    }

    @Test
    void aSubscriberThatFailsTakesNothingAlong() {
        fixture.router.add(new Faulty(false, true), spec("faulty"), null);
        fixture.inOneBatch(() -> {
            publish("faulty", answers, 1);
            publish("a", answers, 2);
        });
        answers.awaitAnswers(2);
        assertThat(answers.receipts()).containsOnlyKeys(1L, 2L);
    }

    @Test
    void aCallbackThatFailsOnTheSyncThreadLeavesNobodyWaiting() {
        fixture.inOneBatch(() -> {
            publish("a", new FailingCallback(), 1);
            publish("a", answers, 2);
        });
        // No further flush: it would help.
        answers.awaitAnswers(1);
        assertThat(answers.receipts()).containsOnlyKeys(2L);
    }

    @Test
    void aCallbackThatFailsInTheTurnRefusesNothingThatIsWritten() {
        Message unlogged = JournalFixture.message("a").toBuilder()
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build();
        fixture.inOneBatch(() -> {
            publish("a", answers, 1);
            fixture.journal.publish(unlogged, null, 0, new FailingCallback(), 2);
            publish("a", answers, 3);
        });
        answers.awaitAnswers(2);
        // The disk may have answered before the turn is over.
        fixture.awaitTurn();
        answers.awaitAnswers(2);
        assertThat(answers.refusals()).isEmpty();
        assertThat(answers.receipts()).containsOnlyKeys(1L, 3L);
    }

    private static FilterSpec spec(String filter) {
        return FilterSpec.of(TopicFilter.ofCanonical(filter), Guarantee.AT_LEAST_ONCE);
    }

    private static final class FailingCallback implements PublishCallback {
        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void refused(long context, Refusal refusal) {
            throw new IllegalStateException("on purpose");
        }
    }

    private record Faulty(boolean refusing, boolean offering) implements Recipient {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public boolean online() {
            return true;
        }

        @Override
        public boolean refuses(int messages, long payloadBytes) {
            if (refusing) {
                throw new IllegalStateException("on purpose");
            }
            return false;
        }

        @Override
        public void offer(
                TopicEntry topic,
                Message message,
                Match match,
                long position,
                long sequence,
                boolean logged,
                @Nullable ShareGroup group) {
            if (offering) {
                throw new IllegalStateException("on purpose");
            }
        }
    }
}
