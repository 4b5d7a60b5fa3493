package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.topic.TopicGenerator;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FilterPatternTest {
    private static boolean matches(TopicFilter filter, Topic topic) {
        return Pattern.compile(FilterPattern.of(filter))
                .matcher("/" + topic.text())
                .matches();
    }

    @Test
    void thePatternMatchesWhatTheFilterMatches() {
        TopicGenerator random = new TopicGenerator(20_261_126L);
        int matches = 0;
        for (TopicFilter filter : random.distinctFilters(300)) {
            for (Topic topic : random.distinctTopics(80)) {
                boolean expected = filter.matches(topic);
                matches += expected ? 1 : 0;
                assertThat(matches(filter, topic))
                        .as("%s and %s", filter, topic)
                        .isEqualTo(expected);
            }
        }
        assertThat(matches).isPositive();
    }

    @Test
    void charactersThatMeanSomethingInAPatternMeanThemselves() {
        for (String level :
                new String[] {"a.b", "a*b", "(a", "[a]", "a|b", "a\\b", "^a$", "{1}", "a?", "-", "'", "é😀"}) {
            Topic topic = Topic.ofMqtt("x/" + level);
            assertThat(matches(TopicFilter.ofMqtt("+/" + level), topic))
                    .as(level)
                    .isTrue();
            assertThat(matches(TopicFilter.ofMqtt("+/" + level), Topic.ofMqtt("x/other")))
                    .isFalse();
        }
    }
}
