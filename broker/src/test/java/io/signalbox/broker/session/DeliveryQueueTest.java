package io.signalbox.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.routing.Router;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {
    private final Router router = new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20));
    private final DeliveryQueue queue = new DeliveryQueue();
    private long orders;

    private QueueEntry entry(@Nullable String key, int priority) {
        Topic topic = Topic.ofMqtt("a");
        Message message = Message.to(topic)
                .priority(priority)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
        return new QueueEntry(
                orders++,
                router.entry(topic),
                message,
                Match.plain(Guarantee.AT_LEAST_ONCE),
                orders,
                orders,
                true,
                false,
                null);
    }

    private static void end(DeliveryQueue queue, QueueEntry entry) {
        entry.done = true;
        queue.ended(entry);
    }

    /** Whatever fails, comes back or is given back: of each key, none ends before those that came before it. */
    @Test
    void ofAKeyNoneEndsBeforeAnEarlierOneThatFailed() {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<QueueEntry> underWay = new ArrayList<>();
        Map<String, ArrayDeque<QueueEntry>> failedByKey = new HashMap<>();
        long now = 0;
        int added = 0;
        int ended = 0;
        while (ended < 5_000) {
            now++;
            queue.wake(now);
            int step = random.nextInt(4);
            if (step == 0 && added < 5_000) {
                queue.add(entry("k" + random.nextInt(3), Message.PRIORITY_DEFAULT));
                added++;
            } else if (step == 1 && underWay.size() < 8) {
                QueueEntry next = queue.peek();
                if (next != null) {
                    queue.take(next);
                    assertThat(failedByKey.getOrDefault(String.valueOf(next.orderingKey), new ArrayDeque<>()))
                            .as("failed before %s", next.order)
                            .noneMatch(failed -> failed.order < next.order);
                    underWay.add(next);
                }
            } else if (!underWay.isEmpty()) {
                QueueEntry entry = underWay.remove(random.nextInt(underWay.size()));
                ArrayDeque<QueueEntry> failed =
                        failedByKey.computeIfAbsent(String.valueOf(entry.orderingKey), k -> new ArrayDeque<>());
                switch (random.nextInt(4)) {
                    case 0 -> {
                        entry.notBeforeMillis = now + random.nextInt(50);
                        queue.delay(entry);
                        failed.remove(entry);
                        failed.add(entry);
                    }
                    case 1 -> queue.putBack(entry);
                    default -> {
                        end(queue, entry);
                        failed.remove(entry);
                        ended++;
                    }
                }
            }
            assertThat(queue.size()).isEqualTo(added - ended - underWay.size());
        }
        assertThat(queue.peek()).isNull();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void theOldestIsFoundAmongThoseThatWaitForTheirKeyToo() {
        QueueEntry failed = entry("k", Message.PRIORITY_DEFAULT);
        queue.add(failed);
        queue.take(failed);
        failed.notBeforeMillis = 1;
        queue.delay(failed);
        queue.wake(1);
        queue.take(failed);
        QueueEntry later = entry("k", Message.PRIORITY_DEFAULT);
        queue.add(later);
        assertThat(queue.peek()).isNull();
        assertThat(queue.takeOldest()).isSameAs(later);
        assertThat(queue.takeOldest()).isNull();
        assertThat(queue.size()).isZero();
    }

    @Test
    void thePastIsNotPushedOutByWhatIsNew() {
        QueueEntry past = entry(null, Message.PRIORITY_DEFAULT);
        past.past = true;
        queue.add(past);
        QueueEntry live = entry(null, Message.PRIORITY_DEFAULT);
        queue.add(live);
        assertThat(queue.takeOldest()).isSameAs(live);
        assertThat(queue.takeOldest()).isNull();
        assertThat(queue.past()).isEqualTo(1);
    }

    /** One delivery that is never settled must not keep all that came after it in memory. */
    @Test
    void theFloorForgetsWhatHasEnded() {
        Floor floor = new Floor();
        QueueEntry stuck = entry(null, Message.PRIORITY_DEFAULT);
        floor.add(stuck);
        for (int i = 0; i < 100_000; i++) {
            QueueEntry passing = entry(null, Message.PRIORITY_DEFAULT);
            floor.add(passing);
            passing.done = true;
            floor.ended(passing);
            if (i % 100 == 0) {
                floor.turnEnded();
            }
        }
        floor.turnEnded();
        assertThat(floor.size()).isLessThan(5_000);
        assertThat(floor.lowest()).isEqualTo(stuck.position);
    }
}
