package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody deletes a Kafka topic that is being published to: the others go on, and each publish has an answer. */
final class DeletedTopicTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PREFIX =
            "deleted-" + UUID.randomUUID().toString().substring(0, 13);
    private static final String DOOMED = PREFIX + "-doomed";

    /** Who is refused publishes again a moment later. */
    private static final Executor PAUSE = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    private final KafkaConfig config = KafkaConfig.of(KafkaBroker.shared().bootstrap())
            .withPrefix(PREFIX)
            .withRoots(Root.of("doomed", DOOMED))
            .withCreation(new KafkaConfig.Creation(2, 1, Duration.ZERO))
            .withPublish(new PublishLimits(1 << 16, 64L << 20, Duration.ofSeconds(2), Duration.ofMillis(1)))
            .withAnswerWait(PATIENCE.multipliedBy(2)); // nobody waits for what the cluster says is not there
    private final Admin admin = new Clients(config).admin();
    private final KafkaTransport transport = KafkaTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
        admin.close(Duration.ZERO);
    }

    /** Publishes one after the other to a topic, some at once, until it is ended. */
    private final class Stream implements PublishCallback, AutoCloseable {
        private static final int UNDER_WAY_MAX = 20;

        private final Semaphore window = new Semaphore(UNDER_WAY_MAX);
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final Thread thread;
        private volatile boolean over;
        private final Set<ReasonCode> reasons = ConcurrentHashMap.newKeySet();

        Stream(String topic) {
            thread = Thread.ofVirtual().start(() -> {
                for (int i = 0; !over; i++) {
                    window.acquireUninterruptibly();
                    transport.publish(
                            Message.to(Topic.ofMqtt(topic)).payload("m" + i).build(), this, 0);
                }
            });
        }

        void awaitTaken(int more) {
            int before = taken.get();
            Awaitility.await().atMost(PATIENCE).until(() -> taken.get() >= before + more);
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            taken.incrementAndGet();
            window.release();
        }

        @Override
        public void refused(long context, Refusal refusal) {
            reasons.add(refusal.reason());
            refused.incrementAndGet();
            PAUSE.execute(window::release);
        }

        /** Each publish has had its answer. */
        @Override
        public void close() {
            over = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Awaitility.await("an answer to each publish")
                    .atMost(PATIENCE)
                    .until(() -> window.availablePermits() == UNDER_WAY_MAX);
        }
    }

    @Test
    void theOthersAreServedAndEveryPublishIsAnswered() throws Exception {
        try (TestClient subscriber = TestClient.open(
                        transport, SessionOptions.transientSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("well/#")) {
            try (Stream doomed = new Stream("doomed/1");
                    Stream well = new Stream("well/1")) {
                doomed.awaitTaken(100);
                well.awaitTaken(100);
                admin.deleteTopics(List.of(DOOMED)).all().get();
                Awaitility.await().atMost(PATIENCE).until(() -> doomed.refused.get() > 0);
                // The producer that had both is replaced by one that does without what is gone.
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> {
                            int refusedBefore = doomed.refused.get();
                            int lost = well.refused.get();
                            well.awaitTaken(500);
                            return doomed.refused.get() > refusedBefore && well.refused.get() == lost;
                        });
                assertThat(doomed.reasons).containsExactly(ReasonCode.BUSY);
            }
            Receipt receipt = TestClient.get(
                    transport.publish(
                            Message.to(Topic.ofMqtt("well/2")).payload("last").build()),
                    PATIENCE);
            assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ROUTED);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> subscriber.received().payloads().contains("last"));
        }
    }
}
