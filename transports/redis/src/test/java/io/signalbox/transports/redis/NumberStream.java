package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Publishes numbers, in turn under several ordering keys, and keeps account: what was acknowledged must arrive, each
 * key in its order.
 */
final class NumberStream implements PublishCallback {
    private static final int KEYS = 4;
    private static final int UNDER_WAY_MAX = 500;

    private final Transport transport;
    private final int count;
    private final Semaphore window = new Semaphore(UNDER_WAY_MAX);
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<String> refused = new ArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final CountDownLatch oneThird;
    private final CountDownLatch all;
    private final Thread thread;

    NumberStream(Transport transport, int count) {
        this.transport = transport;
        this.count = count;
        oneThird = new CountDownLatch(count / 3);
        all = new CountDownLatch(count);
        thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            Message message = Message.to(Topic.ofMqtt("faults/stream"))
                    .payload(String.valueOf(i))
                    .properties(MessageProperties.builder()
                            .orderingKey("key" + i % KEYS)
                            .build())
                    .build();
            transport.publish(message, this, i);
        }
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        acknowledged.add((int) context);
        count();
    }

    @Override
    public void refused(long context, Refusal refusal) {
        synchronized (refused) {
            refused.add(context + ": " + refusal);
        }
        count();
    }

    private void count() {
        answers.incrementAndGet();
        window.release();
        oneThird.countDown();
        all.countDown();
    }

    void awaitOneThird() throws InterruptedException {
        assertThat(oneThird.await(2, TimeUnit.MINUTES))
                .as("a third of the answers")
                .isTrue();
    }

    int answered() {
        return answers.get();
    }

    /** Every publish is answered, and none was refused. */
    void awaitAll() throws InterruptedException {
        assertThat(all.await(2, TimeUnit.MINUTES))
                .as("all answers; %d of %d came", answers.get(), count)
                .isTrue();
        thread.join();
        synchronized (refused) {
            assertThat(refused).isEmpty();
        }
    }

    /** Everything acknowledged is there, in order, and nothing twice. */
    void awaitEverythingAt(TestClient subscriber, Duration patience) {
        Awaitility.await()
                .atMost(patience)
                .untilAsserted(() -> assertThat(
                                verdict(subscriber.received().deliveries()).lost())
                        .as("acknowledged and not delivered")
                        .isZero());
        subscriber.fence();
        Verdict verdict = verdict(subscriber.received().deliveries());
        System.out.println("redis faults: acknowledged " + acknowledged.size() + ", lost " + verdict.lost()
                + ", duplicates " + verdict.duplicates());
        assertThat(verdict.duplicates()).isZero();
        assertThat(subscriber.received().violations()).isEmpty();
    }

    /** How many acknowledged messages are missing; fails at a key out of order. */
    Verdict verdict(List<Delivery> deliveries) {
        Set<Integer> seen = new HashSet<>();
        Map<Integer, Integer> lastOfKey = new HashMap<>();
        int duplicates = 0;
        for (Delivery delivery : deliveries) {
            int number = Integer.parseInt(delivery.payload());
            if (!seen.add(number)) {
                duplicates++;
                continue;
            }
            Integer last = lastOfKey.put(number % KEYS, number);
            assertThat(last == null || last < number)
                    .as("%d came after %s of its key", number, last)
                    .isTrue();
        }
        Set<Integer> lost = new HashSet<>(acknowledged);
        lost.removeAll(seen);
        return new Verdict(lost.size(), duplicates);
    }

    record Verdict(int lost, int duplicates) {}
}
