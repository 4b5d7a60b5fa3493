package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProducersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Mocks mocks = new Mocks(() -> Records.producer(false));
    private final AtomicInteger asked = new AtomicInteger();
    private final Producers producers = new Producers(mocks, asked::incrementAndGet);

    @AfterEach
    void close() {
        producers.close(Duration.ZERO);
    }

    private static Producers.Generation current(Producers producers) {
        return Objects.requireNonNull(producers.current());
    }

    private static void awaitNext(Producers producers) {
        Awaitility.await().atMost(PATIENCE).until(() -> producers.current() != null);
    }

    @Test
    void aKafkaTopicThatIsGoneDoesNotSilenceTheOthers() {
        mocks.gone.add("sb-other");
        Producers.Generation first = current(producers);
        producers.giveUp(first, false, "a test");
        awaitNext(producers);
        assertThat(current(producers)).isNotSameAs(first);
        assertThat(mocks.made).hasSize(2);
        assertThat(asked).hasValue(1);
    }

    @Test
    void nobodyPublishesWhileNoKafkaTopicIsKnown() {
        Gaps gaps = new Gaps(mocks);
        mocks.gone.add("sb-other");
        mocks.gone.add("sb");
        assertThat(gaps.isEnough(mocks.make())).isFalse();
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(mocks.answerWait().multipliedBy(2))
                .until(() -> true);
        assertThat(gaps.isEnough(mocks.make())).as("however long it takes").isFalse();
        mocks.gone.clear();
        assertThat(gaps.isEnough(mocks.make())).isTrue();
    }

    @Test
    void whatMayNotBeSeenIsNotKnown() {
        Producer<byte[], byte[]> forbidden =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public List<PartitionInfo> partitionsFor(String topic) {
                        throw new TopicAuthorizationException(topic);
                    }
                };
        Introduction introduction =
                new Introduction(new Clients(KafkaConfig.of("h:1")), "publish", List.of("sb", "sb-other"));
        assertThat(introduction.unknown(forbidden)).containsExactly("sb", "sb-other");
    }
}
