package io.signalbox.transports.composite.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualLane;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Match;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a subscriber does while it is called disturbs nobody else. */
class MergedSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MergeState state = new MergeState(() -> 100_000);
    private final List<String> got = new ArrayList<>();

    private MergedSession open(int credit, BiConsumer<Integer, Message> heard) {
        Subscriber subscriber = new Subscriber() {
            @Override
            public void onDelivery(
                    int deliveryId, Message message, Match match, int count, boolean again, boolean fromRetained) {
                got.add(message.payloadText());
                heard.accept(deliveryId, message);
            }

            @Override
            public void onReleased(int deliveryId) {}

            @Override
            public void onTurnEnd() {}

            @Override
            public void onDetached(DetachReason reason) {}
        };
        MergedSession session = new MergedSession(
                SessionOptions.durableSession("s").withUnsettledMax(credit),
                new ManualLane(),
                subscriber,
                state,
                1,
                new Admission("c", Capabilities.of(Durability.SYNCED, 1 << 20)),
                new ManualTimeSource(),
                (s, message, tag, callback, context) -> {},
                (s, forGood) -> {});
        session.allJoined().toCompletableFuture().join();
        session.start();
        return session;
    }

    private static void deliver(MergedSession session, int number) {
        Message message = Message.to(Topic.ofMqtt("a")).payload("m" + number).build();
        session.subscriberOf(0).onDelivery(number, message, Match.plain(Guarantee.AT_LEAST_ONCE), 0, false, false);
    }

    @Test
    void aSubscriberThatHangsKeepsNobodyFromTheSessionsState() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        MergedSession session = open(10, (id, message) -> {
            hangs.countDown();
            await(goesOn);
        });
        Thread lane = Thread.ofPlatform().start(() -> deliver(session, 1));
        hangs.await();
        try {
            assertThat(CompletableFuture.supplyAsync(() -> state.over(0)))
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(false);
        } finally {
            goesOn.countDown();
            lane.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoSettlesAtOnceIsCalledForOneMessageAfterTheOther() {
        int count = 300;
        int[] depth = new int[2]; // now, and the greatest
        MergedSession[] self = new MergedSession[1];
        self[0] = open(1, (id, message) -> {
            depth[1] = Math.max(depth[1], ++depth[0]);
            if (!message.payloadText().equals("m1")) {
                self[0].settle(id, Settlement.ACCEPTED);
            }
            depth[0]--;
        });
        for (int i = 1; i <= count; i++) {
            deliver(self[0], i);
        }
        assertThat(got).containsExactly("m1");
        self[0].settle(1, Settlement.ACCEPTED);
        assertThat(got)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, count).mapToObj(i -> "m" + i).toList());
        assertThat(depth[1]).isEqualTo(1);
    }

    @Test
    void whatWasNotHandedOverWhenTheSessionWasTakenIsTheNextOnes() {
        MergedSession[] self = new MergedSession[1];
        self[0] = open(10, (id, message) -> {
            if (message.payloadText().equals("m1")) {
                deliver(self[0], 2);
                MergedSession next = open(10, (i, m) -> {});
                assertThat(next.has(state)).isTrue();
            }
        });
        deliver(self[0], 1);
        assertThat(got).containsExactly("m1");
    }
}
