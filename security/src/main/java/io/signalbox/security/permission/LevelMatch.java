package io.signalbox.security.permission;

import io.signalbox.topic.TopicFilter;
import java.util.List;

/** {@link TopicFilter#matches} for levels that are no legal topic, as the nameless one. */
final class LevelMatch {
    private LevelMatch() {}

    static boolean matches(List<String> filter, List<String> topic) {
        if (topic.getFirst().startsWith("$") && !filter.getFirst().startsWith("$")) {
            return false;
        }
        int f = 0;
        int t = 0;
        int resumeFilter = -1;
        int resumeTopic = 0;
        while (t < topic.size()) {
            if (f < filter.size() && filter.get(f).equals(TopicFilter.ANY_LEVELS)) {
                resumeFilter = ++f;
                resumeTopic = t;
            } else if (f < filter.size()
                    && (filter.get(f).equals(TopicFilter.ONE_LEVEL)
                            || filter.get(f).equals(topic.get(t)))) {
                f++;
                t++;
            } else if (resumeFilter >= 0) {
                f = resumeFilter;
                t = ++resumeTopic;
            } else {
                return false;
            }
        }
        while (f < filter.size() && filter.get(f).equals(TopicFilter.ANY_LEVELS)) {
            f++;
        }
        return f == filter.size();
    }
}
