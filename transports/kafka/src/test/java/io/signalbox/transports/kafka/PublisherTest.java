package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PublisherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final PublishLimits LIMITS = new PublishLimits(2_000, 1 << 20, Duration.ofSeconds(1), Duration.ZERO);

    private final Layout layout = new Layout(KafkaConfig.of("h:1").withPrefix("sb"), Map.of("sb", 2));
    private final PublishRecorder answers = new PublishRecorder(PATIENCE);
    private final Mocks mocks = new Mocks(() -> Records.producer(false));
    private Publisher publisher = publisher(LIMITS, mocks);

    /** Says of each record twice that the cluster has it. */
    private static final class Stammering extends MockProducer<byte[], byte[]> {
        private Stammering() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            return super.send(record, (at, failure) -> {
                if (callback != null) {
                    callback.onCompletion(at, failure);
                    callback.onCompletion(at, failure);
                }
            });
        }
    }

    private Publisher publisher(PublishLimits limits, Producers.Source source) {
        return new Publisher(
                source, new RecordMapping(layout), limits, new ManualTimeSource(), topic -> true, Durability.SYNCED);
    }

    @AfterEach
    void close() {
        publisher.close(Duration.ZERO);
    }

    /** @param partition 0 or 1, by the key */
    private void publish(int partition, long context) {
        int tries = 0;
        Message message;
        do {
            String key = "key" + tries++;
            message = Message.to(Topic.ofMqtt("a"))
                    .payload("m" + context)
                    .properties(MessageProperties.builder().orderingKey(key).build())
                    .build();
        } while (layout.partition(message, RecordMapping.bytes("key" + (tries - 1)))
                        .partition()
                != partition);
        publisher.publish(message, null, answers, context);
    }

    /** Of the newest producer, answered or not. */
    private List<String> sent() {
        return mocks.made.getLast().history().stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private void awaitProducer(int number) {
        Awaitility.await().atMost(PATIENCE).until(() -> mocks.made.size() == number && !publisher.isInterrupted());
    }

    private static TimeoutException expired() {
        return new TimeoutException("Expiring 1 record(s)");
    }

    @Test
    void anAnswerThatComesTwiceIsOneAnswerAndMakesRoomOnce() {
        publisher = publisher(
                new PublishLimits(2, 1 << 20, Duration.ofSeconds(30), Duration.ZERO), new Mocks(Stammering::new));
        for (long context = 1; context <= 10; context++) {
            publish(0, context);
        }
        answers.awaitAnswers(10);
        assertThat(answers.refusals()).isEmpty();
        assertThat(answers.receipts()).hasSize(10);
    }

    @Test
    void allThatIsUnderWayIsRefusedInOrderWhenOneOfSeveralOfItsPartitionIsNotWritten() {
        mocks.ready = false;
        MockProducer<byte[], byte[]> first = mocks.made.getFirst();
        publish(0, 1);
        publish(0, 2);
        publish(1, 3);
        publish(1, 4);
        first.errorNext(expired());
        answers.awaitAnswers(4);
        assertThat(answers.refusals().keySet()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(answers.refusals().values()).allMatch(refusal -> refusal.reason() == ReasonCode.BUSY);
        assertThat(first.closed()).as("what it holds is not sent any more").isTrue();
        publish(1, 5);
        assertThat(answers.refusal(5)).as("nobody knows yet where to").isEqualTo(ReasonCode.BUSY);
        mocks.ready = true;
        awaitProducer(2);
        publish(0, 6);
        publish(1, 7);
        mocks.made.getLast().completeNext();
        mocks.made.getLast().completeNext();
        answers.awaitAnswers(7);
        assertThat(answers.receipts().keySet()).containsExactly(6L, 7L);
    }

    @Test
    void aPartitionThatTakesNothingHoldsUpNoOtherAndTakesOneAtATimeUntilItTakesOne() {
        MockProducer<byte[], byte[]> only = mocks.made.getFirst();
        for (long context = 10; context < 40; context += 10) {
            publish(0, context);
            publish(1, context + 1);
            publish(1, context + 2);
            only.errorNext(expired());
            only.completeNext();
            only.completeNext();
            assertThat(answers.refusal(context)).isEqualTo(ReasonCode.BUSY);
            assertThat(answers.receipt(context + 2)).isNotNull();
        }
        publish(0, 40);
        publish(0, 41);
        assertThat(answers.refusal(41)).isEqualTo(ReasonCode.BUSY);
        assertThat(sent()).doesNotContain("m41");
        only.completeNext();
        publish(0, 42);
        publish(0, 43);
        only.completeNext();
        only.completeNext();
        answers.awaitAnswers(13);
        assertThat(answers.receipts()).containsKeys(40L, 42L, 43L);
        assertThat(mocks.made).hasSize(1);
    }

    @Test
    void aMessageThatIsRefusedForWhatItIsHasNothingToDoWithOthers() {
        publish(0, 1);
        publish(0, 2);
        publish(0, 3);
        mocks.made.getFirst().errorNext(new RecordTooLargeException());
        mocks.made.getFirst().completeNext();
        mocks.made.getFirst().completeNext();
        answers.awaitAnswers(3);
        assertThat(answers.refusal(1)).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE);
        assertThat(answers.receipts().keySet()).containsExactly(2L, 3L);
    }

    @Test
    void whatIsPublishedWhileARefusalIsBeingHeardDoesNotOvertake() {
        PublishRecorder others = new PublishRecorder(PATIENCE);
        Message message = Message.to(Topic.ofMqtt("a")).payload("x").build();
        publisher.publish(
                message,
                null,
                new PublishCallback() {
                    @Override
                    public void published(long context, Receipt.Outcome outcome, Durability durability, long sequence) {
                        answers.published(context, outcome, durability, sequence);
                    }

                    @Override
                    public void refused(long context, Refusal refusal) {
                        publisher.publish(message, null, others, 2);
                        answers.refused(context, refusal);
                    }
                },
                1);
        mocks.made.getFirst().errorNext(expired());
        answers.awaitAnswers(1);
        assertThat(others.refusal(2)).isEqualTo(ReasonCode.BUSY);
    }

    @Test
    void whatKafkaDoesNotLetGoOfIsRefusedAllTheSame() {
        publish(0, 1);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            publisher.tick();
            return answers.refusal(1) == ReasonCode.BUSY;
        });
        awaitProducer(2);
        publish(0, 2);
        mocks.made.getLast().completeNext();
        answers.awaitAnswers(2);
        assertThat(answers.receipts().keySet()).containsExactly(2L);
    }

    @Test
    void aPublisherThatThrowsAnErrorKeepsNoOtherFromItsAnswer() {
        publisher.publish(
                Message.to(Topic.ofMqtt("a")).payload("x").build(),
                null,
                new PublishCallback() {
                    @Override
                    public void published(
                            long context, Receipt.Outcome outcome, Durability durability, long sequence) {}

                    @Override
                    public void refused(long context, Refusal refusal) {
                        throw new AssertionError("a test");
                    }
                },
                1);
        publish(0, 2);
        publish(1, 3);
        publish(0, 4);
        publish(1, 5);
        mocks.made.getFirst().errorNext(expired());
        mocks.made.getFirst().errorNext(expired());
        answers.awaitAnswers(4);
        assertThat(answers.refusals().keySet()).containsExactlyInAnyOrder(2L, 3L, 4L, 5L);
        awaitProducer(2);
    }

    /** @return how many of two publishes are sent after one that was not written */
    private int takenAfterALoss(long doubtNanos, boolean byAnother) {
        Producers producers = new Producers(mocks, () -> {});
        UnderWay way = new UnderWay(doubtNanos);
        Outgoing lost = outgoing(way);
        Producers.Generation first = Objects.requireNonNull(way.enter(lost, producers));
        assertThat(way.lost(lost)).isEqualTo(UnderWay.Loss.ALONE);
        way.leave(lost);
        if (byAnother) {
            producers.giveUp(first, false, "a test");
            Awaitility.await().atMost(PATIENCE).until(() -> producers.current() != null);
        }
        int taken = 0;
        for (int i = 0; i < 2; i++) {
            if (way.enter(outgoing(way), producers) != null) {
                taken++;
            }
        }
        producers.close(Duration.ZERO);
        return taken;
    }

    private Outgoing outgoing(UnderWay way) {
        return new Outgoing(publisher, way, Topic.ofMqtt("a"), 1, answers, 0);
    }

    @Test
    void aPartitionIsNotDoubtedForEver() {
        assertThat(takenAfterALoss(Long.MAX_VALUE, false)).isEqualTo(1);
        assertThat(takenAfterALoss(0, false)).as("after a while").isEqualTo(2);
        assertThat(takenAfterALoss(Long.MAX_VALUE, true))
                .as("by another producer")
                .isEqualTo(2);
    }

    @Test
    void aLongInterruptionIsSeenInTheHealth() {
        long before = System.nanoTime();
        mocks.ready = false;
        publish(0, 1);
        publish(0, 2);
        mocks.made.getFirst().errorNext(expired());
        answers.awaitAnswers(2);
        long later = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        assertThat(publisher.health(Health.UP, before)).isEqualTo(Health.UP);
        assertThat(publisher.health(Health.UP, later).status()).isEqualTo(Health.Status.DEGRADED);
        Health down = new Health(Health.Status.DOWN, "the cluster is away");
        assertThat(publisher.health(down, later)).isEqualTo(down);
        mocks.ready = true;
        awaitProducer(2);
        assertThat(publisher.health(Health.UP, later)).isEqualTo(Health.UP);
    }

    @Test
    void whatIsUnderWayAtTheEndIsRefusedBecauseOfIt() {
        publish(0, 1);
        publish(0, 2);
        publisher.closing();
        publisher.close(Duration.ZERO);
        assertThat(answers.refusals().values()).allMatch(refusal -> refusal.reason() == ReasonCode.SHUTTING_DOWN);
        assertThat(answers.refusals().keySet()).containsExactly(1L, 2L);
        publish(0, 3);
        assertThat(answers.refusal(3)).isEqualTo(ReasonCode.SHUTTING_DOWN);
    }
}
