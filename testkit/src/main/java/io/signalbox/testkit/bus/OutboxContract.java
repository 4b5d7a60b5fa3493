package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.remote.Outbox;
import io.signalbox.bus.remote.Outbox.Entry;
import io.signalbox.bus.remote.Outbox.Paused;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an {@link Outbox} must do for the relay of a bus to keep its promises. To be extended by the tests of each; what
 * is about transactions and about several processes is theirs.
 */
public abstract class OutboxContract {
    protected static final Paused NOTHING = new Paused(Set.of(), Set.of(), Set.of());

    private static final int LIMIT = 100;
    private static final int RANDOM_STEPS = 300;

    @SuppressWarnings("NullAway.Init") // before each
    private Outbox outbox;

    /** An empty one. */
    protected abstract Outbox open() throws Exception;

    @BeforeEach
    final void openOne() throws Exception {
        outbox = open();
    }

    protected static Message message(String topic, @Nullable String key, String payload) {
        return Message.to(Topic.ofMqtt(topic))
                .payload(payload)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
    }

    private void add(String topic, @Nullable String key, String... payloads) {
        for (String payload : payloads) {
            outbox.add(message(topic, key, payload));
        }
    }

    private List<String> given(Paused without) {
        return payloads(outbox.oldest(LIMIT, without));
    }

    protected static List<String> payloads(List<Entry> entries) {
        return entries.stream().map(entry -> entry.message().payloadText()).toList();
    }

    private Entry entry(String payload) {
        return outbox.oldest(LIMIT, NOTHING).stream()
                .filter(entry -> entry.message().payloadText().equals(payload))
                .findFirst()
                .orElseThrow();
    }

    private static Paused keys(String... keys) {
        return new Paused(Set.of(keys), Set.of(), Set.of());
    }

    private static Paused topics(String... topics) {
        Set<Topic> all = new HashSet<>();
        Arrays.stream(topics).map(Topic::ofMqtt).forEach(all::add);
        return new Paused(Set.of(), Set.of(), all);
    }

    @Test
    void anEmptyOneGivesNothing() {
        assertThat(given(NOTHING)).isEmpty();
    }

    @Test
    void messagesAreGivenInTheirOrderByNumbersThatGrowAndStayUntilTheyAreRemoved() {
        add("shop", "k", "1", "2");
        add("shop", null, "3");
        assertThat(given(NOTHING)).containsExactly("1", "2", "3");
        List<Entry> again = outbox.oldest(LIMIT, NOTHING);
        assertThat(again).extracting(Entry::number).isSorted().doesNotHaveDuplicates();
        outbox.remove(List.of(again.get(1)));
        assertThat(given(NOTHING)).containsExactly("1", "3");
    }

    @Test
    void noMoreAreGivenThanWereAskedFor() {
        add("shop", "k", "1", "2", "3");
        assertThat(payloads(outbox.oldest(2, NOTHING))).containsExactly("1", "2");
    }

    @Test
    void eachMessageIsGivenAsItWasAdded() {
        long seed = 20_250_301;
        RandomMessages random = new RandomMessages(seed);
        List<Message> added =
                IntStream.range(0, 50).mapToObj(i -> random.next()).toList();
        added.forEach(outbox::add);
        List<Entry> given = outbox.oldest(LIMIT, NOTHING);
        assertThat(given).hasSameSizeAs(added);
        for (int i = 0; i < added.size(); i++) {
            RandomMessages.assertSame(given.get(i).message(), added.get(i), "message " + i + " of seed " + seed);
        }
    }

    @Test
    void whatIsPausedIsReadPastHoweverMuchOfItComesFirst() {
        for (int i = 0; i < 2 * LIMIT; i++) {
            add("shop", "stopped", "s" + i);
        }
        add("shop", "free", "f");
        add("shop", null, "none");
        assertThat(given(keys("stopped"))).containsExactly("f", "none");
    }

    @Test
    void ofWhatHasNoKeyTheNumbersArePausedAndNoOthers() {
        add("shop", null, "1", "2");
        add("shop", "k", "3");
        Set<Long> numbers = Set.of(entry("1").number(), entry("3").number());
        assertThat(given(new Paused(Set.of(), numbers, Set.of())))
                .as("3 has a key: it is paused by that alone")
                .containsExactly("2", "3");
    }

    @Test
    void ofAPausedTopicNothingIsGiven() {
        add("full", null, "1");
        add("full", "k", "2");
        add("free", null, "3");
        assertThat(given(topics("full"))).containsExactly("3");
    }

    /** To leave out the topic alone would turn the order of the key round. */
    @Test
    void norWhatFollowsItInItsKeyOnWhateverTopic() {
        add("free", "k", "before");
        add("full", "k", "paused");
        add("free", "k", "behind");
        add("free", "other", "else");
        assertThat(given(topics("full"))).containsExactly("before", "else");
        outbox.remove(List.of(entry("paused")));
        assertThat(given(topics("full"))).containsExactly("before", "behind", "else");
    }

    @Test
    void norIfWhatIsPausedIsBeyondAllThatIsRead() {
        add("full", "k", "paused");
        for (int i = 0; i < 2 * LIMIT; i++) {
            add("full", "k" + i, "f" + i);
        }
        add("free", "k", "behind");
        add("free", "other", "else");
        assertThat(given(topics("full"))).containsExactly("else");
    }

    @Test
    void whatIsSetAsideKeepsWhatFollowsItInItsKeyAndNothingElse() {
        add("shop", "k", "1", "2", "3");
        add("shop", "other", "4");
        outbox.setAside(entry("2"), "payload-too-large: 2 bytes, at most 1");
        assertThat(given(NOTHING)).containsExactly("1", "4");
    }

    @Test
    void whatHasNoKeyAndIsSetAsideKeepsNothing() {
        add("shop", null, "1", "2");
        outbox.setAside(entry("1"), "not-authorized: not you");
        assertThat(given(NOTHING)).containsExactly("2");
    }

    @Test
    void whatIsAddedByManyAtOnceIsThereOnceAndInTheOrderOfEach() {
        int threads = 4;
        int each = 20;
        CompletableFuture<?>[] adding = IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < each; i++) {
                        add("shop", "key " + thread, thread + "-" + i);
                    }
                }))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(adding).join();
        List<String> given = given(NOTHING);
        assertThat(given).hasSize(threads * each);
        for (int thread = 0; thread < threads; thread++) {
            String own = thread + "-";
            assertThat(given.stream().filter(payload -> payload.startsWith(own)))
                    .isEqualTo(IntStream.range(0, each).mapToObj(i -> own + i).toList());
        }
    }

    /** Beside the rule itself, written down as simply as it can be. */
    @Test
    void anythingThatIsAskedHasTheAnswerOfTheRule() {
        for (long seed = 1; seed <= 5; seed++) {
            new Comparison(new SplittableRandom(seed)).run();
            outbox.remove(outbox.oldest(Integer.MAX_VALUE, NOTHING));
        }
    }

    private final class Comparison {
        private final SplittableRandom random;
        private final List<Entry> there = new ArrayList<>();
        private final Set<Long> aside = new HashSet<>();
        private final String mark;

        Comparison(SplittableRandom random) {
            this.random = random;
            mark = Long.toString(random.nextLong(), Character.MAX_RADIX);
        }

        /** Of its own, so that what an earlier one has set aside is not in the way. */
        private @Nullable String key() {
            int key = random.nextInt(5);
            return key == 0 ? null : mark + key;
        }

        private String topic() {
            return mark + "/" + random.nextInt(3);
        }

        void run() {
            for (int step = 0; step < RANDOM_STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> add();
                    case 4, 5 -> remove();
                    case 6 -> setAside();
                    default -> compare();
                }
            }
        }

        private void add() {
            Message message = message(topic(), key(), "m" + there.size());
            outbox.add(message);
            List<Entry> all = outbox.oldest(Integer.MAX_VALUE, NOTHING);
            long last = there.isEmpty() ? 0 : there.getLast().number();
            // One that is behind what was set aside is not shown: its number is not known, and it is not compared.
            all.stream().filter(entry -> entry.number() > last).forEach(there::add);
        }

        private void remove() {
            List<Entry> given = outbox.oldest(Integer.MAX_VALUE, NOTHING);
            if (!given.isEmpty()) {
                Entry one = given.get(random.nextInt(given.size()));
                outbox.remove(List.of(one));
                there.removeIf(entry -> entry.number() == one.number());
            }
        }

        private void setAside() {
            if (random.nextInt(4) == 0 && !there.isEmpty()) {
                Entry one = there.get(random.nextInt(there.size()));
                if (aside.add(one.number())) {
                    outbox.setAside(one, "malformed: on purpose");
                }
            }
        }

        private void compare() {
            Paused without = new Paused(new HashSet<>(), new HashSet<>(), new HashSet<>());
            for (int i = random.nextInt(3); i > 0; i--) {
                String key = key();
                if (key != null) {
                    without.keys().add(key);
                }
                without.topics().add(Topic.ofMqtt(topic()));
            }
            there.stream()
                    .filter(entry -> random.nextInt(4) == 0)
                    .map(Entry::number)
                    .forEach(without.numbers()::add);
            int limit = 1 + random.nextInt(20);
            assertThat(outbox.oldest(limit, without))
                    .as("without %s, set aside %s", without, aside)
                    .extracting(Entry::number)
                    .isEqualTo(byTheRule(limit, without));
        }

        private List<Long> byTheRule(int limit, Paused without) {
            Set<String> stopped = new HashSet<>(without.keys());
            List<Long> found = new ArrayList<>();
            for (Entry entry : there) {
                String key = entry.key();
                boolean waits = aside.contains(entry.number())
                        || without.topics().contains(entry.message().topic());
                if (key == null) {
                    waits = waits || without.numbers().contains(entry.number());
                } else if (waits) {
                    stopped.add(key);
                } else {
                    waits = stopped.contains(key);
                }
                if (!waits) {
                    found.add(entry.number());
                }
            }
            return found.subList(0, Math.min(limit, found.size()));
        }
    }
}
