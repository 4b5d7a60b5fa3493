package io.signalbox.broker.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.Subscriber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each delivery names the number by which the log has its message. */
final class DeliveredSequenceTest {
    private static final long MISSED = -1;

    @TempDir
    Path folder = Path.of("");

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final ThreadLocal<Boolean> here = ThreadLocal.withInitial(() -> false);
    private final BlockingQueue<Long> sequences = new LinkedBlockingQueue<>();

    private final Lane lane = new Lane() {
        @Override
        public boolean inLane() {
            return here.get();
        }

        @Override
        public void execute(Runnable task) {
            thread.execute(() -> {
                here.set(true);
                task.run();
            });
        }
    };

    private final Subscriber subscriber = new Subscriber() {
        @Override
        public void onDelivery(
                int deliveryId, Message message, Match match, int count, boolean again, boolean retained) {
            throw new AssertionError("the broker numbers its messages");
        }

        @Override
        public void onDelivery(
                int deliveryId,
                long sequence,
                Message message,
                Match match,
                int count,
                boolean again,
                boolean retained) {
            sequences.add(sequence);
        }

        @Override
        public void onMissed() {
            sequences.add(MISSED);
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}
    };

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    private EmbeddedBroker open() throws Exception {
        return EmbeddedBroker.open(
                BrokerConfig.DEFAULT, LogConfig.defaults(folder), Authorizer.ALLOW_ALL, TimeSource.monotonic());
    }

    private void subscribe(EmbeddedBroker broker, FilterSpec spec) throws Exception {
        Session session = broker.open(SessionOptions.durableSession("a"), lane, subscriber)
                .toCompletableFuture()
                .get(60, SECONDS);
        session.subscribe(List.of(spec)).toCompletableFuture().get(60, SECONDS);
    }

    private static long publish(EmbeddedBroker broker, Guarantee guarantee) throws Exception {
        Message message = Message.to(Topic.ofMqtt("a/b")).guarantee(guarantee).build();
        return broker.publish(message).toCompletableFuture().get(60, SECONDS).sequence();
    }

    private List<Long> take(int count) throws Exception {
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(sequences.poll(60, SECONDS));
        }
        return taken;
    }

    @ParameterizedTest
    @EnumSource
    void aLiveDeliveryHasTheSequenceOfItsReceiptAndOfThePast(Guarantee subscribed) throws Exception {
        try (EmbeddedBroker broker = open()) {
            subscribe(broker, FilterSpec.of(TopicFilter.ofMqtt("a/#"), subscribed));
            List<Long> receipts = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                receipts.add(publish(broker, Guarantee.AT_LEAST_ONCE));
            }
            assertThat(take(20)).isEqualTo(receipts);
            List<Long> past = new ArrayList<>();
            broker.read(
                            new ReadRequest(
                                    TopicFilter.ofMqtt("a/b"),
                                    new StartPosition.Sequence(receipts.get(5)),
                                    Long.MAX_VALUE,
                                    100),
                            stored -> past.add(stored.sequence()))
                    .toCompletableFuture()
                    .get(60, SECONDS);
            assertThat(past).isEqualTo(receipts.subList(5, 20));
        }
    }

    @Test
    void whatFindsNoRoomIsToldBeforeWhatComesAfterIt() throws Exception {
        try (EmbeddedBroker broker = open()) {
            subscribe(broker, FilterSpec.of(TopicFilter.ofMqtt("a/#"), Guarantee.AT_MOST_ONCE));
            CountDownLatch free = new CountDownLatch(1);
            lane.execute(() -> {
                try {
                    free.await();
                } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                }
            });
            byte[] megabyte = new byte[1 << 20];
            int published = 40; // of which the session has room for 16
            for (int i = 0; i < published; i++) {
                broker.publish(Message.to(Topic.ofMqtt("a/b"))
                                .guarantee(Guarantee.AT_LEAST_ONCE)
                                .payload(megabyte)
                                .build())
                        .toCompletableFuture()
                        .get(60, SECONDS);
            }
            free.countDown();
            assertThat(take(1)).containsExactly(MISSED);
            List<Long> delivered = take(1);
            long last = publish(broker, Guarantee.AT_LEAST_ONCE);
            while (!delivered.getLast().equals(last)) {
                delivered.addAll(take(1));
            }
            assertThat(delivered)
                    .hasSizeBetween(2, published)
                    .doesNotContain(MISSED)
                    .isSorted();
        }
    }

    @Test
    void whatIsNotLoggedHasNone() throws Exception {
        try (EmbeddedBroker broker = open()) {
            subscribe(broker, FilterSpec.of(TopicFilter.ofMqtt("a/#"), Guarantee.AT_LEAST_ONCE));
            publish(broker, Guarantee.AT_MOST_ONCE);
            assertThat(take(1)).containsExactly(0L);
        }
    }

    @Test
    void whatWaitedThroughARestartAndThePastHaveTheirs() throws Exception {
        List<Long> receipts = new ArrayList<>();
        try (EmbeddedBroker broker = open()) {
            receipts.add(publish(broker, Guarantee.AT_LEAST_ONCE));
            Session session = broker.open(SessionOptions.durableSession("a"), lane, subscriber)
                    .toCompletableFuture()
                    .get(60, SECONDS);
            session.writable(false);
            session.subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("a/#"), Guarantee.AT_LEAST_ONCE)
                            .withStart(StartPosition.ALL, 0)))
                    .toCompletableFuture()
                    .get(60, SECONDS);
            receipts.add(publish(broker, Guarantee.AT_LEAST_ONCE));
        }
        sequences.clear();
        try (EmbeddedBroker broker = open()) {
            broker.open(SessionOptions.durableSession("a"), lane, subscriber)
                    .toCompletableFuture()
                    .get(60, SECONDS);
            assertThat(take(2)).isEqualTo(receipts);
        }
    }
}
