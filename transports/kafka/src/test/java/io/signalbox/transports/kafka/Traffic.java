package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A publisher that numbers what it publishes, over several keys, and remembers what was acknowledged. */
final class Traffic implements PublishCallback {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KEYS = 8;
    private static final int UNDER_WAY_MAX = 200;

    private final Transport transport;
    private final int count;
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final Collection<String> refused = new ConcurrentLinkedQueue<>();
    private final Semaphore window = new Semaphore(UNDER_WAY_MAX);
    private final CountDownLatch third;
    private final CountDownLatch all;
    private final Thread thread;
    /** Owned by the publishing thread. */
    private boolean refusedAtOnce;

    Traffic(Transport transport, int count) {
        this.transport = transport;
        this.count = count;
        third = new CountDownLatch(count / 3);
        all = new CountDownLatch(count);
        thread = Thread.ofPlatform().unstarted(this::run);
        thread.start();
    }

    private void run() {
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            send(i);
            while (refusedAtOnce) {
                // The breaker is open, and it was not sent: the next one may not overtake it.
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> transport.health().status() != Health.Status.DOWN);
                send(i);
            }
        }
    }

    private void send(int i) {
        refusedAtOnce = false;
        transport.publish(
                Message.to(Topic.ofMqtt("traffic/" + i % KEYS))
                        .payload(String.valueOf(i))
                        .properties(MessageProperties.builder()
                                .orderingKey("key" + i % KEYS)
                                .build())
                        .build(),
                this,
                i);
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        acknowledged.add((int) context);
        answered();
    }

    @Override
    public void refused(long context, Refusal refusal) {
        if (refusal.reason() == ReasonCode.BUSY && refusal.detail().startsWith("the cluster is away")) {
            refusedAtOnce = true;
        } else {
            refused.add(context + ": " + refusal);
            answered();
        }
    }

    private void answered() {
        window.release();
        third.countDown();
        all.countDown();
    }

    void awaitOneThird() throws InterruptedException {
        assertThat(third.await(2, TimeUnit.MINUTES))
                .as("a third of the answers")
                .isTrue();
    }

    /** Every publish is answered, and none was refused. */
    void awaitAll() throws InterruptedException {
        assertThat(all.await(2, TimeUnit.MINUTES))
                .as("all answers, of which %d are missing", all.getCount())
                .isTrue();
        thread.join();
        assertThat(refused).isEmpty();
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** What was acknowledged and is not among these; fails at a key out of order. */
    Verdict verdict(List<Delivery> deliveries) {
        Set<Integer> seen = new HashSet<>();
        Map<Integer, Integer> lastOfKey = new HashMap<>();
        List<String> repeated = new ArrayList<>();
        for (int i = 0; i < deliveries.size(); i++) {
            Delivery delivery = deliveries.get(i);
            int number = Integer.parseInt(delivery.payload());
            if (!seen.add(number)) {
                repeated.add("at " + i + ": " + delivery);
                continue;
            }
            Integer last = lastOfKey.put(number % KEYS, number);
            assertThat(last == null || last < number)
                    .as("%d came after %s of its key", number, last)
                    .isTrue();
        }
        Set<Integer> lost = new HashSet<>(acknowledged);
        lost.removeAll(seen);
        return new Verdict(lost.size(), repeated);
    }

    /** @param repeated each delivery of what was delivered before */
    record Verdict(int lost, List<String> repeated) {}
}
