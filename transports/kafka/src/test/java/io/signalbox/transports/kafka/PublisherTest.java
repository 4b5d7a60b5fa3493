package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PublisherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final PublishLimits TWO = new PublishLimits(2, 1 << 20, Duration.ofSeconds(30), Duration.ZERO);

    private final RecordMapping mapping =
            new RecordMapping(new Layout(KafkaConfig.of("h:1").withPrefix("sb"), Map.of("sb", 1)));
    private final PublishRecorder answers = new PublishRecorder(PATIENCE);

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

    @Test
    void anAnswerThatComesTwiceIsOneAnswerAndMakesRoomOnce() {
        Publisher publisher =
                new Publisher(new Stammering(), mapping, TWO, new ManualTimeSource(), topic -> true, Durability.SYNCED);
        for (long context = 1; context <= 10; context++) {
            publisher.publish(Message.to(Topic.ofMqtt("a")).payload("m").build(), null, answers, context);
        }
        answers.awaitAnswers(10);
        assertThat(answers.refusals()).isEmpty();
        assertThat(answers.receipts()).hasSize(10);
    }
}
