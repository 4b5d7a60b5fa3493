package io.signalbox.broker.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    Path folder;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final ThreadLocal<Boolean> here = ThreadLocal.withInitial(() -> false);
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
    private final BlockingQueue<String> got = new LinkedBlockingQueue<>();
    private volatile @Nullable Session session;

    private final Subscriber accepting = new Subscriber() {
        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            Session current = session;
            if (deliveryId > 0 && current != null) {
                current.settle(deliveryId, Settlement.ACCEPTED);
            }
            // Last: whoever sees it may leave, and what is not settled then comes again.
            got.add(message.topic() + "=" + message.payloadText());
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {
            got.add("detached " + reason);
        }
    };

    private EmbeddedBroker open() throws Exception {
        return EmbeddedBroker.open(
                BrokerConfig.DEFAULT, LogConfig.defaults(folder), Authorizer.ALLOW_ALL, TimeSource.monotonic());
    }

    private Session attach(Broker broker) throws Exception {
        Session opened = broker.open(SessionOptions.durableSession("a"), lane, accepting)
                .whenComplete((s, e) -> session = s)
                .toCompletableFuture()
                .get(60, SECONDS);
        return opened;
    }

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    @Test
    void aQueuedMessageOutlivesTheProcess() throws Exception {
        try (EmbeddedBroker broker = open()) {
            Session s = attach(broker);
            s.subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("market/#"), Guarantee.AT_LEAST_ONCE)))
                    .toCompletableFuture()
                    .get(60, SECONDS);
            publish(broker, "market/a", "1");
            assertThat(got.poll(60, SECONDS)).isEqualTo("market/a=1");
            s.detach(true);
            publish(broker, "market/b", "2");
            assertThat(got.poll()).isNull();
        }
        try (EmbeddedBroker broker = open()) {
            publish(broker, "market/c", "3");
            Session s = attach(broker);
            assertThat(s.resumed()).isTrue();
            assertThat(got.poll(60, SECONDS)).isEqualTo("market/b=2");
            assertThat(got.poll(60, SECONDS)).isEqualTo("market/c=3");
            assertThat(broker.ledger().mismatches()).isEmpty();
        }
    }

    private static void publish(Broker broker, String topic, String text) throws Exception {
        assertThat(broker.publish(Message.to(Topic.ofMqtt(topic)).payload(text).build())
                        .toCompletableFuture()
                        .get(60, SECONDS)
                        .durability())
                .isEqualTo(Durability.SYNCED);
    }
}
