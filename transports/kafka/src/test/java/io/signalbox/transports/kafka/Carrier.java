package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
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
import java.util.concurrent.locks.LockSupport;

/**
 * A publisher of numbers over several keys that sends nothing more after a refusal, waits for all answers, and goes on
 * with the oldest that was not taken; as a bridge does.
 */
final class Carrier implements PublishCallback {
    private static final int KEYS = 6;
    /** So that what is published during an outage is in many batches. */
    private static final String PADDING = " ".repeat(4 << 10);

    private static final long PACE_NANOS = Duration.ofMillis(2).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final Transport transport;
    private final int count;
    private final Set<Integer> taken = new HashSet<>();
    private final Thread thread;
    private int open;
    private int refusals;
    private boolean outage;

    Carrier(Transport transport, int count) {
        this.transport = transport;
        this.count = count;
        thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
        while (taken() < count) {
            for (int i = 0; i < count && !isOutage(); i++) {
                if (send(i)) {
                    LockSupport.parkNanos(PACE_NANOS);
                }
            }
            while (!isAnswered()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Nobody is told of a refusal between the look and the publish. */
    private synchronized boolean send(int i) {
        boolean wanted = !outage && !taken.contains(i);
        if (wanted) {
            open++;
            transport.publish(
                    Message.to(Topic.ofMqtt("held/" + i % KEYS))
                            .payload(i + PADDING)
                            .properties(MessageProperties.builder()
                                    .orderingKey("key" + i % KEYS)
                                    .build())
                            .build(),
                    this,
                    i);
        }
        return wanted;
    }

    private synchronized boolean isOutage() {
        return outage;
    }

    private synchronized boolean isAnswered() {
        if (open == 0) {
            outage = false;
        }
        return open == 0;
    }

    @Override
    public synchronized void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        open--;
        taken.add((int) context);
    }

    @Override
    public synchronized void refused(long context, Refusal refusal) {
        open--;
        refusals++;
        outage = true;
    }

    synchronized int taken() {
        return taken.size();
    }

    synchronized int refusals() {
        return refusals;
    }

    void await(Duration patience) throws InterruptedException {
        assertThat(thread.join(patience)).as("all taken").isTrue();
    }

    /** Of each number its first time counts: what was refused may have been written all the same. */
    static void verifyOrder(List<String> written) {
        Map<Integer, Integer> lastOfKey = new HashMap<>();
        Set<Integer> seen = new HashSet<>();
        for (String payload : written) {
            int number = Integer.parseInt(payload);
            if (seen.add(number)) {
                Integer last = lastOfKey.put(number % KEYS, number);
                assertThat(last == null || last < number)
                        .as("%d came after %s of its key", number, last)
                        .isTrue();
            }
        }
    }
}
