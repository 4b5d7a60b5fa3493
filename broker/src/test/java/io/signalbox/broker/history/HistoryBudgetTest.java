package io.signalbox.broker.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.routing.Router;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryBudgetTest {
    private static final long BYTES_MAX = 1 << 20;

    private final HistoryBudget budget = new HistoryBudget(BYTES_MAX);

    private static Message message(String topic, int bytes) {
        return Message.to(Topic.ofMqtt(topic)).payload(new byte[bytes]).build();
    }

    @Test
    void everNewTopicsDoNotHoldMoreThanTwiceTheBudget() {
        List<HistoryRing> rings = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            HistoryRing ring = new HistoryRing(100, budget);
            ring.add(0, 1, message("t/" + i, 10_000));
            rings.add(ring);
            assertThat(budget.bytes()).isLessThan(2 * BYTES_MAX + 20_000);
        }
        long held = rings.stream()
                .flatMap(ring -> ring.snapshot().stream())
                .mapToLong(stored -> stored.message().payload().length)
                .sum();
        assertThat(held).isGreaterThan(BYTES_MAX / 2).isLessThanOrEqualTo(budget.bytes());
        assertThat(rings.getLast().size()).isEqualTo(1);
    }

    @Test
    void aTopicThatLostItsHistoryBeginsAnew() {
        HistoryRing first = new HistoryRing(100, budget);
        first.add(0, 1, message("first", 100));
        for (int i = 0; i < 1_000; i++) {
            new HistoryRing(100, budget).add(0, 1, message("t/" + i, 10_000));
        }
        assertThat(first.snapshot()).isEmpty();
        Message again = message("first", 100);
        first.add(0, 2, again);
        assertThat(first.snapshot()).extracting(StoredMessage::message).containsExactly(again);
    }

    @Test
    void topicsBeyondTheLimitTakeNothingFromTheBudget() {
        Router router = new Router(BrokerConfig.DEFAULT.withTopics(2, 1 << 20), budget);
        for (int i = 0; i < 1_000; i++) {
            Topic topic = Topic.ofMqtt("t/" + i);
            router.entry(topic).history().add(0, 1, message(topic.text(), 1_000));
            router.entry(topic).counters().published.increment();
        }
        assertThat(router.topicCount()).isEqualTo(2);
        assertThat(budget.bytes()).isLessThan(2 * 1_200);
        assertThat(router.others().published.sum()).isEqualTo(998);
    }
}
