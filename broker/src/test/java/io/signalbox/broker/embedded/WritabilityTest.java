package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestLane;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritabilityTest {
    @TempDir
    Path folder;

    /** As a socket with messages larger than its buffer: full after each, empty after the flush at the turn's end. */
    private static final class OneAtATime implements Subscriber {
        final List<String> got = new CopyOnWriteArrayList<>();
        volatile @Nullable Session session;

        @Override
        public void onDelivery(int id, Message message, Match match, int count, boolean again, boolean retained) {
            got.add(message.payloadText());
            writable(false);
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {
            writable(true);
        }

        private void writable(boolean now) {
            Session current = session;
            if (current != null) {
                current.writable(now);
            }
        }

        @Override
        public void onDetached(DetachReason reason) {}
    }

    @Test
    void whoCanTakeMoreAtTheEndOfATurnGetsMore() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.open(
                        BrokerConfig.DEFAULT,
                        LogConfig.defaults(folder),
                        Authorizer.ALLOW_ALL,
                        TimeSource.monotonic());
                TestLane lane = new TestLane("lane")) {
            SessionOptions options = SessionOptions.durableSession("a");
            Session first = open(broker, options, lane, new OneAtATime());
            first.subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("#"), Guarantee.AT_LEAST_ONCE)))
                    .toCompletableFuture()
                    .get();
            first.detach(true);
            for (int i = 0; i < 5; i++) {
                broker.publish(Message.to(Topic.ofMqtt("t")).payload("" + i).build())
                        .toCompletableFuture()
                        .get();
            }
            OneAtATime subscriber = new OneAtATime();
            open(broker, options, lane, subscriber);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(subscriber.got).containsExactly("0", "1", "2", "3", "4"));
        }
    }

    private static Session open(EmbeddedBroker broker, SessionOptions options, TestLane lane, OneAtATime subscriber)
            throws Exception {
        return broker.open(options, lane, subscriber)
                .whenComplete((session, failure) -> subscriber.session = session)
                .toCompletableFuture()
                .get();
    }
}
