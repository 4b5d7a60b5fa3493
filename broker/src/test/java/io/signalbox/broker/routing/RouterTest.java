package io.signalbox.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RouterTest {
    private final Router router = new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20));

    @Test
    void routesAgreeWithTheDefinitionOfAMatchWhileSubscriptionsComeAndGo() {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Entry> subscribed = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (subscribed.size() < 40 && random.nextInt(3) > 0) {
                Entry entry = new Entry(new Nobody(step), FilterSpec.of(filter(random), Guarantee.AT_LEAST_ONCE));
                router.add(entry.recipient, entry.spec, null);
                subscribed.add(entry);
            } else if (!subscribed.isEmpty()) {
                Entry entry = subscribed.remove(random.nextInt(subscribed.size()));
                router.remove(entry.recipient, entry.spec);
            }
            Topic topic = topic(random);
            Set<Long> found = new TreeSet<>();
            Arrays.stream(router.routes(router.entry(topic)).targets())
                    .forEach(target -> found.add(target.recipient().id()));
            Set<Long> defined = new TreeSet<>();
            subscribed.stream()
                    .filter(entry -> entry.spec.filter().matches(topic))
                    .forEach(entry -> defined.add(entry.recipient.id()));
            assertThat(found).as("step %d, %s", step, topic).isEqualTo(defined);
        }
        subscribed.forEach(entry -> router.remove(entry.recipient, entry.spec));
        assertThat(router.exactCount()).isZero();
        assertThat(router.wildcardCount()).isZero();
    }

    /** 60 levels of {@code #/a} against 120 of {@code a}: hopeless for a search without memory of where it has been. */
    @Test
    @Timeout(20)
    void filtersMadeToBeSlowAreNot() {
        TopicFilter evil = TopicFilter.ofCanonical("#/a/".repeat(60) + "b");
        router.add(new Nobody(1), FilterSpec.of(evil, Guarantee.AT_MOST_ONCE), null);
        Topic topic = Topic.ofMqtt("a/".repeat(119) + "a");
        assertThat(router.routes(router.entry(topic)).isEmpty()).isTrue();
    }

    private static TopicFilter filter(Random random) {
        return TopicFilter.ofCanonical(words(random, "a", "b", "c", "+", "#"));
    }

    private static Topic topic(Random random) {
        return Topic.ofMqtt(words(random, "a", "b", "c", "$x", "a"));
    }

    private static String words(Random random, String... from) {
        List<String> levels = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            levels.add(from[random.nextInt(from.length)]);
        }
        return String.join("/", levels);
    }

    private record Entry(Nobody recipient, FilterSpec spec) {}

    private record Nobody(long id) implements Recipient {
        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public boolean online() {
            return true;
        }

        @Override
        public boolean refuses(int messages, long payloadBytes) {
            return false;
        }

        @Override
        public void offer(
                TopicEntry topic,
                Message message,
                Match match,
                long position,
                long sequence,
                boolean logged,
                @Nullable ShareGroup group) {}
    }
}
