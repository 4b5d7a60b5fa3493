package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The end: everything is answered, and what was acknowledged is there afterwards. */
public abstract class CloseUnderLoadContract extends Theme {
    private static final Set<ReasonCode> CLOSING = Set.of(ReasonCode.SHUTTING_DOWN, ReasonCode.CLOSED);
    private static final int PUBLISHERS = 3;

    /** Within the default bound of a session's queue, or what was acknowledged may be dropped. */
    private static final int IN_A_QUEUE = 8_000;

    @Test
    void everyPublishDuringTheCloseIsAnsweredOnce() throws Exception {
        PublishRecorder answers = new PublishRecorder(patience());
        closeUnderLoad(answers);
    }

    @Test
    @Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
    void whatWasAcknowledgedDuringTheCloseIsThereAfterwards() throws Exception {
        durable("s", "a").detach();
        PublishRecorder answers = new PublishRecorder(patience());
        closeUnderLoad(answers);
        restart();
        List<String> acknowledged =
                answers.receipts().keySet().stream().map(String::valueOf).toList();
        TestClient back = durable("s");
        back.received().awaitCount(acknowledged.size());
        back.fence();
        assertThat(deliveredTo(back)).containsAll(acknowledged).doesNotHaveDuplicates();
    }

    /** Closes while several threads publish their context numbers to {@code a}, and waits for all answers. */
    private void closeUnderLoad(PublishRecorder answers) throws Exception {
        AtomicInteger published = new AtomicInteger();
        AtomicInteger afterClose = new AtomicInteger();
        CountDownLatch underWay = new CountDownLatch(600);
        CountDownLatch closed = new CountDownLatch(1);
        List<Thread> publishers = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            publishers.add(Thread.ofPlatform().start(() -> {
                // Goes on until a few have met the closed transport for certain.
                while (afterClose.get() < 30) {
                    if (closed.getCount() == 0) {
                        afterClose.incrementAndGet();
                    }
                    if (published.get() >= IN_A_QUEUE && closed.getCount() > 0) {
                        Thread.yield(); // a queue holds no more: the close is near
                        continue;
                    }
                    int context = published.getAndIncrement();
                    transport.publish(message("a", String.valueOf(context)), answers, context);
                    underWay.countDown();
                }
            }));
        }
        underWay.await();
        transport.close();
        closed.countDown();
        for (Thread publisher : publishers) {
            publisher.join();
        }
        answers.awaitAnswers(published.get());
        assertThat(answers.receipts()).isNotEmpty();
        assertThat(answers.refusals()).isNotEmpty();
        assertThat(answers.refusals().values())
                .allMatch(refusal -> CLOSING.contains(refusal.reason())
                        || refusal.reason() == ReasonCode.BUSY
                        || refusal.reason() == ReasonCode.QUEUE_FULL);
    }

    @Test
    @Needs(Feature.SUBSCRIBE)
    void everySubscriberHearsOfTheEnd() {
        TestClient one = client("one", "a");
        TestClient two = client("two");
        transport.close();
        one.received().awaitDetached(DetachReason.SHUTTING_DOWN);
        two.received().awaitDetached(DetachReason.SHUTTING_DOWN);
    }

    @Test
    void closingAgainDoesNothing() {
        transport.close();
        transport.close();
    }

    @Test
    void aClosedTransportRefusesEverythingAndSaysWhy() {
        transport.close();
        assertThat(CLOSING).contains(refusalOf(() -> publish("a", "x")).reason());
        assertThat(CLOSING)
                .contains(refusalOf(() -> open(SessionOptions.transientSession("s"), SettleBehaviour.ACCEPT))
                        .reason());
        if (has(Feature.REPLAY)) {
            assertThat(CLOSING)
                    .contains(refusalOf(() -> await(
                                    transport.read(ReadRequest.last(TopicFilter.ofMqtt("a"), 1), message -> true)))
                            .reason());
        }
    }

    @Test
    @Needs(Feature.SUBSCRIBE)
    void aSessionsPublishAfterTheCloseIsRefused() {
        TestClient client = client("s");
        transport.close();
        assertThat(CLOSING)
                .contains(refusalOf(() -> client.publish(message("a", "x"), 0)).reason());
    }

    @Test
    @Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
    void aCloseWithUnsettledDeliveriesLosesNone() throws Exception {
        TestClient client = durableManual("s", "a");
        publishMany("a", "m", 10);
        client.received().awaitCount(10);
        restart();
        assertThat(durable("s").received().awaitPayloads(numbered("m", 10))).allMatch(Delivery::redelivered);
    }
}
