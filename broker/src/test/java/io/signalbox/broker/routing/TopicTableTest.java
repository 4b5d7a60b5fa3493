package io.signalbox.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import org.junit.jupiter.api.Test;

/** What is remembered of topics has a bound, and whoever invents topics does not take it from the others. */
class TopicTableTest {
    private static final int TOPICS_MAX = 100;

    private final HistoryBudget budget = new HistoryBudget(1 << 20);
    private final Router router = new Router(BrokerConfig.DEFAULT.withTopics(TOPICS_MAX, 1 << 20), budget);

    private static Topic topic(String text) {
        return Topic.ofMqtt(text);
    }

    private TopicEntry published(Topic topic) {
        TopicEntry entry = router.entry(topic);
        entry.counters().published.increment();
        entry.history().add(0, 1, Message.to(topic).payload("x").build());
        return entry;
    }

    private static StoredMessage stored(Topic topic) {
        return new StoredMessage(
                1, 1, Message.to(topic).payload("kept").retain(true).build());
    }

    private void invent(int topics) {
        for (int i = 0; i < topics; i++) {
            published(topic("invented/" + i));
        }
    }

    @Test
    void aNewTopicIsRememberedThoughManyWereInvented() {
        invent(10 * TOPICS_MAX);
        Topic late = topic("late");
        TopicEntry entry = router.entry(late);
        assertThat(router.known(late)).isSameAs(entry);
        router.retain(entry, stored(late));
        invent(10 * TOPICS_MAX);
        assertThat(router.known(late)).isSameAs(entry);
        assertThat(router.topicCount()).isEqualTo(TOPICS_MAX);
    }

    @Test
    void whatIsUsedAgainAndAgainStays() {
        TopicEntry used = published(topic("used"));
        for (int i = 0; i < 10 * TOPICS_MAX; i++) {
            published(topic("invented/" + i));
            assertThat(router.entry(topic("used"))).isSameAs(used);
        }
        assertThat(used.history().size()).isPositive();
    }

    @Test
    void namesAreBoundedByTheirLengthToo() {
        Router small = new Router(BrokerConfig.DEFAULT.withTopics(1_000, 200_000), budget);
        for (int i = 0; i < 100; i++) {
            small.entry(topic(i + "/" + "x".repeat(60_000)));
        }
        assertThat(small.topicCount()).isEqualTo(3);
    }

    @Test
    void whatIsRetainedIsNeverForgottenAndFillsTheTable() {
        for (int i = 0; i < TOPICS_MAX; i++) {
            Topic kept = topic("kept/" + i);
            router.retain(router.entry(kept), stored(kept));
        }
        invent(10 * TOPICS_MAX);
        Topic tooMuch = topic("too/much");
        assertThat(router.known(tooMuch)).isNotSameAs(router.entry(tooMuch));
        assertThat(router.retainedCount()).isEqualTo(TOPICS_MAX);
        assertThat(router.entries()).allMatch(entry -> entry.retained() != null);
        router.retain(router.entry(topic("kept/7")), null);
        router.entry(tooMuch);
        assertThat(router.known(tooMuch)).as("one has made room").isNotNull();
    }

    /** A table of a million retained topics and a few others must not refuse the last of them. */
    @Test
    void theLastRetainedOneFindsTheOnlyTopicThatCanGo() {
        router.entry(topic("busy"));
        for (int i = 0; i < TOPICS_MAX; i++) {
            Topic kept = topic("kept/" + i);
            TopicEntry entry = router.entry(kept);
            assertThat(router.known(kept)).isSameAs(entry);
            router.retain(entry, stored(kept));
            router.entry(topic("busy"));
        }
        assertThat(router.retainedCount()).isEqualTo(TOPICS_MAX);
    }

    @Test
    void aTopicForgottenOnItsWayIsRetainedAllTheSame() {
        Topic slow = topic("slow");
        TopicEntry before = router.entry(slow);
        invent(10 * TOPICS_MAX);
        assertThat(router.known(slow)).isNull();
        router.retain(before, stored(slow));
        assertThat(router.entry(slow).retained()).isNotNull();
        assertThat(router.retainedCount()).isOne();
    }

    @Test
    void whatIsCountedForAForgottenTopicIsNotLost() {
        TopicEntry forgotten = published(topic("forgotten"));
        invent(10 * TOPICS_MAX);
        assertThat(router.known(topic("forgotten"))).isNull();
        forgotten.counters().delivered.increment();
        assertThat(router.others().delivered.sum()).isOne();
        long published = router.others().published.sum();
        for (TopicEntry entry : router.entries()) {
            published += entry.counters().published.sum();
        }
        assertThat(published).isEqualTo(10 * TOPICS_MAX + 1);
    }

    @Test
    void aTopicWithAMessageInTheJournalStays() {
        TopicEntry entry = router.enterJournal(router.entry(topic("ordered")));
        invent(10 * TOPICS_MAX);
        assertThat(router.entry(topic("ordered"))).isSameAs(entry).matches(TopicEntry::waitsInJournal);
        entry.leftJournal();
    }

    @Test
    void whatIsForgottenHoldsNothing() {
        TopicEntry forgotten = published(topic("forgotten"));
        invent(10 * TOPICS_MAX);
        long bytes = budget.bytes();
        forgotten.history().add(0, 2, Message.to(topic("forgotten")).build());
        assertThat(forgotten.history().size()).isZero();
        assertThat(budget.bytes()).isEqualTo(bytes).isLessThan(TOPICS_MAX * 200L);
    }
}
