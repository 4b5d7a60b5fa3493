package io.signalbox.testkit.topic;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Topics and filters for property tests: from few words, so that they meet often, with the odd levels (empty, dotted,
 * escaped, non-ASCII, {@code $}) among them. The same seed gives the same sequence; print it when a test fails. Not
 * thread safe.
 */
public final class TopicGenerator {
    private static final List<String> WORDS =
            List.of("a", "b", "c", "d", "sensor", "", "1.5", "50%", "*", "ü", "😀", " ");
    private static final int LEVELS_MAX = 6;

    private final Random random;
    private final boolean anyLevelsAnywhere;

    public TopicGenerator(long seed) {
        this(seed, true);
    }

    /** @param anyLevelsAnywhere filters may have {@code #} in any level; false: at the end alone, as MQTT has it */
    public TopicGenerator(long seed, boolean anyLevelsAnywhere) {
        this.random = new Random(seed);
        this.anyLevelsAnywhere = anyLevelsAnywhere;
    }

    public Topic topic() {
        while (true) {
            String text = String.join("/", words(1 + random.nextInt(LEVELS_MAX)));
            if (!text.isEmpty()) {
                return Topic.ofMqtt(random.nextInt(20) == 0 ? "$" + text : text);
            }
        }
    }

    public TopicFilter filter() {
        while (true) {
            List<String> levels = words(1 + random.nextInt(LEVELS_MAX));
            for (int i = 0; i < levels.size(); i++) {
                int die = random.nextInt(10);
                boolean last = i == levels.size() - 1;
                if (die < 2) {
                    levels.set(i, TopicFilter.ONE_LEVEL);
                } else if (die < 4 && (last || anyLevelsAnywhere)) {
                    levels.set(i, TopicFilter.ANY_LEVELS);
                }
            }
            String text = String.join("/", levels);
            if (!text.isEmpty()) {
                boolean wild = levels.getFirst().equals(TopicFilter.ONE_LEVEL)
                        || levels.getFirst().equals(TopicFilter.ANY_LEVELS);
                String chosen = !wild && random.nextInt(20) == 0 ? "$" + text : text;
                return anyLevelsAnywhere ? TopicFilter.ofCanonical(chosen) : TopicFilter.ofMqtt(chosen);
            }
        }
    }

    /** A filter that matches the topic, with some of its levels made wild. */
    public TopicFilter filterMatching(Topic topic) {
        List<String> levels = new ArrayList<>(topic.levels());
        for (int i = topic.isSystem() ? 1 : 0; i < levels.size(); i++) {
            if (random.nextInt(3) == 0) {
                levels.set(i, TopicFilter.ONE_LEVEL);
            }
        }
        if (!topic.isSystem() || levels.size() > 1) {
            int keep = 1 + random.nextInt(levels.size());
            if (random.nextBoolean()) {
                levels = new ArrayList<>(levels.subList(0, keep));
                levels.add(TopicFilter.ANY_LEVELS);
            }
        }
        return TopicFilter.ofMqtt(String.join("/", levels));
    }

    public List<Topic> distinctTopics(int count) {
        Set<Topic> topics = new LinkedHashSet<>();
        while (topics.size() < count) {
            topics.add(topic());
        }
        return List.copyOf(topics);
    }

    public List<TopicFilter> distinctFilters(int count) {
        Set<TopicFilter> filters = new LinkedHashSet<>();
        while (filters.size() < count) {
            filters.add(filter());
        }
        return List.copyOf(filters);
    }

    private List<String> words(int count) {
        List<String> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return words;
    }
}
