package io.signalbox.broker.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Refusal;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sessions cannot take is not put before them, though it was in the journal's queue before. */
class FloodTest {
    private static final int SUBSCRIBERS = 100;

    private final PublishRecorder answers = new PublishRecorder(JournalFixture.PATIENCE);
    private JournalFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new JournalFixture();
        fixture.journal.start(() -> {});
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private void publish(long context) {
        fixture.journal.publish(JournalFixture.message("a"), null, 0, answers, context);
    }

    @Test
    void whatWaitsInTheQueueWhenTheGateClosesIsRefused() {
        fixture.inOneBatch(() -> {
            publish(1);
            fixture.flooded.set(true);
        });
        answers.awaitAnswers(1);
        assertThat(answers.refusal(1)).isEqualTo(ReasonCode.BUSY);
        fixture.flooded.set(false);
        publish(2);
        answers.awaitAnswers(2);
        assertThat(answers.receipts()).containsOnlyKeys(2L);
    }

    @Test
    void aBatchThatManyAreToHaveIsHandedOutInParts() {
        for (int i = 0; i < SUBSCRIBERS; i++) {
            FilterSpec spec = FilterSpec.of(TopicFilter.ofCanonical("a"), Guarantee.AT_LEAST_ONCE);
            fixture.router.add(new Flooding(i, fixture.flooded), spec, null);
        }
        int messages = Journal.BATCH_OFFERS / SUBSCRIBERS + 100;
        assertThat(messages).isLessThan(Journal.BATCH_COMMANDS);
        fixture.inOneBatch(() -> {
            for (int i = 0; i < messages; i++) {
                publish(i);
            }
        });
        answers.awaitAnswers(messages);
        assertThat(answers.receipts()).hasSize(Journal.BATCH_OFFERS / SUBSCRIBERS + 1);
        assertThat(answers.refusals().values())
                .hasSize(99)
                .extracting(Refusal::reason)
                .containsOnly(ReasonCode.BUSY);
    }

    private record Flooding(long id, AtomicBoolean flooded) implements Recipient {
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
            flooded.set(true);
        }
    }
}
