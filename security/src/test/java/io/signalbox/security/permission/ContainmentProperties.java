package io.signalbox.security.permission;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Principal;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random rules, filters and topics against an oracle that knows nothing but "does this filter match this topic": 20,000
 * of them, or a million with {@code -Dsignalbox.long=true}; another start with {@code -Dsignalbox.seed=N}.
 *
 * <p>The oracle's universe is every topic of up to 5 levels over the 4 levels that filters name and one that none does.
 * Filters have at most 3 levels, so what happens beyond 5 levels has happened before.
 */
final class ContainmentProperties {
    private static final String[] NAMES = {"a", "b", "", "$s"};
    private static final String[] LETTERS = {"a", "b", "", "$s", "other"};
    private static final Principal SOMEBODY = Principal.user("u", "c");

    @TempDir
    Path directory = Path.of("");

    @Test
    void answersAreThoseOfTheNaiveOracle() throws Exception {
        boolean whole = Boolean.getBoolean("signalbox.long");
        long seed = Long.getLong("signalbox.seed", 20_261_120L);
        int triples = whole ? 1_000_000 : 20_000;
        Random random = new Random(seed);
        List<Topic> universe = new ArrayList<>();
        for (String letter : LETTERS) {
            addTopics(universe, letter, 1);
        }
        Path file = directory.resolve("permissions");
        int granted = 0;
        for (int done = 0; done < triples; ) {
            List<TopicFilter> allowed = filters(random, 1 + random.nextInt(3));
            List<TopicFilter> denied = filters(random, random.nextInt(2));
            StringBuilder text = new StringBuilder();
            allowed.forEach(f -> text.append("allow everybody all ").append(f).append('\n'));
            denied.forEach(f -> text.append("deny everybody all ").append(f).append('\n'));
            Files.writeString(file, text + "end\n");
            PermissionAuthorizer authorizer = new PermissionAuthorizer(PermissionFile.read(file));
            for (int i = 0; i < 10; i++, done++) {
                TopicFilter asked = filter(random);
                boolean expected = within(asked, allowed, universe) && !within(asked, denied, universe);
                assertThat(authorizer.maySubscribe(SOMEBODY, asked))
                        .as("seed %d: may subscribe %s, allowed %s, denied %s", seed, asked, allowed, denied)
                        .isEqualTo(expected);
                granted += expected ? 1 : 0;
                Topic topic = universe.get(random.nextInt(universe.size()));
                boolean may = matched(topic, allowed) && !matched(topic, denied);
                assertThat(authorizer.mayReceive(SOMEBODY, topic))
                        .as("seed %d: may receive %s, allowed %s, denied %s", seed, topic, allowed, denied)
                        .isEqualTo(may);
                assertThat(authorizer.mayPublish(SOMEBODY, topic)).isEqualTo(may);
            }
        }
        assertThat(granted).as("subscriptions that were granted").isBetween(triples / 50, triples - triples / 50);
    }

    private static void addTopics(List<Topic> universe, String text, int levels) {
        if (!text.isEmpty()) {
            universe.add(Topic.ofMqtt(text));
        }
        if (levels < 5) {
            for (String letter : LETTERS) {
                // "$" matters in the first level alone: leave it out of the others and keep the universe small.
                if (!letter.startsWith("$")) {
                    addTopics(universe, text + "/" + letter, levels + 1);
                }
            }
        }
    }

    private static boolean within(TopicFilter asked, List<TopicFilter> filters, List<Topic> universe) {
        if (filters.isEmpty()) {
            return false;
        }
        for (Topic topic : universe) {
            if (asked.matches(topic) && !matched(topic, filters)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matched(Topic topic, List<TopicFilter> filters) {
        return filters.stream().anyMatch(f -> f.matches(topic));
    }

    private static List<TopicFilter> filters(Random random, int count) {
        List<TopicFilter> filters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            filters.add(filter(random));
        }
        return filters;
    }

    /** Up to 3 levels, at most one {@code #}, at the end or (native grammar) elsewhere. */
    private static TopicFilter filter(Random random) {
        while (true) {
            int levels = 1 + random.nextInt(3);
            int any = random.nextInt(2) == 0 ? levels - 1 : random.nextInt(6);
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < levels; i++) {
                String name = NAMES[random.nextInt(i == 0 ? 4 : 3)];
                parts.add(i == any ? "#" : random.nextInt(3) == 0 ? "+" : name);
            }
            String text = String.join("/", parts);
            if (!text.isEmpty() && !(text.startsWith(" "))) {
                return TopicFilter.ofCanonical(text);
            }
        }
    }
}
