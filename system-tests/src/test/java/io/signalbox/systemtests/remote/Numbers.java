package io.signalbox.systemtests.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Publishes numbers under several ordering keys, many at once, and keeps account: what was acknowledged must arrive, each
 * key in its order.
 */
public final class Numbers implements PublishCallback {
    private static final int KEYS = 5;
    private static final int UNDER_WAY_MAX = 300;

    private final int count;
    private final Duration patience;
    private final Semaphore window = new Semaphore(UNDER_WAY_MAX);
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answers = new AtomicInteger();
    private final Thread thread;

    private Numbers(Transport transport, int count, Duration patience) {
        this.count = count;
        this.patience = patience;
        thread = Thread.ofPlatform().unstarted(() -> run(transport));
    }

    public static Numbers publish(Transport transport, int count, Duration patience) {
        Numbers numbers = new Numbers(transport, count, patience);
        numbers.thread.start();
        return numbers;
    }

    private void run(Transport transport) {
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            Message message = Message.to(Topic.ofMqtt("faults/" + i % KEYS))
                    .payload(String.valueOf(i))
                    .properties(MessageProperties.builder()
                            .orderingKey("key" + i % KEYS)
                            .build())
                    .build();
            transport.publish(message, this, i);
        }
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, io.signalbox.transport.Durability reached, long seq) {
        acknowledged.add((int) context);
        answered();
    }

    @Override
    public void refused(long context, Refusal refusal) {
        refused.add(context + ": " + refusal);
        answered();
    }

    private void answered() {
        answers.incrementAndGet();
        window.release();
    }

    public void awaitAnswers(int atLeast) {
        Awaitility.await().atMost(patience).pollInterval(Duration.ofMillis(2)).until(() -> answers.get() >= atLeast);
    }

    /**
     * Everything that was acknowledged has come, each key in its order.
     *
     * @param marked what comes again must say so, as it must not where it was published again
     * @return how many came more than once
     */
    public int awaitDelivered(TestClient subscriber, boolean marked) throws InterruptedException {
        awaitAnswers(count);
        thread.join();
        assertThat(refused).isEmpty();
        assertThat(acknowledged).hasSize(count);
        Awaitility.await()
                .atMost(patience)
                .untilAsserted(() -> assertThat(lost(subscriber.received().deliveries()))
                        .as("acknowledged and not delivered")
                        .isEmpty());
        subscriber.fence();
        assertThat(subscriber.received().violations()).isEmpty();
        return duplicates(subscriber.received().deliveries(), marked);
    }

    private Set<Integer> lost(List<Delivery> deliveries) {
        Set<Integer> lost = new HashSet<>(acknowledged);
        deliveries.forEach(delivery -> lost.remove(number(delivery)));
        return lost;
    }

    /** What comes for the first time is in order. */
    private static int duplicates(List<Delivery> deliveries, boolean marked) {
        Set<Integer> seen = new HashSet<>();
        Map<Integer, Integer> lastOfKey = new HashMap<>();
        int duplicates = 0;
        for (Delivery delivery : deliveries) {
            int number = number(delivery);
            if (!seen.add(number)) {
                duplicates++;
                assertThat(!marked || delivery.redelivered())
                        .as("%d came again", number)
                        .isTrue();
                continue;
            }
            Integer last = lastOfKey.put(number % KEYS, number);
            assertThat(last == null || last < number)
                    .as("%d came after %s of its key", number, last)
                    .isTrue();
        }
        return duplicates;
    }

    private static int number(Delivery delivery) {
        return Integer.parseInt(delivery.payload());
    }
}
