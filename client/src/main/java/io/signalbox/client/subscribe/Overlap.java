package io.signalbox.client.subscribe;

import io.signalbox.topic.TopicFilter;
import java.util.List;

/** Whether there can be a topic that two filters of MQTT both match. */
final class Overlap {
    private Overlap() {}

    static boolean between(TopicFilter one, TopicFilter other) {
        List<String> a = one.levels();
        List<String> b = other.levels();
        if (isWild(a.getFirst()) && isSystem(b.getFirst()) || isSystem(a.getFirst()) && isWild(b.getFirst())) {
            return false; // MQTT 5, 4.7.2
        }
        int common = Math.min(a.size(), b.size());
        for (int i = 0; i < common; i++) {
            String here = a.get(i);
            String there = b.get(i);
            if (isRest(here) || isRest(there)) {
                return true;
            }
            if (!here.equals(there) && !isWild(here) && !isWild(there)) {
                return false;
            }
        }
        // A last '#' is also no level at all.
        List<String> longer = a.size() > b.size() ? a : b;
        return longer.size() == common || isRest(longer.get(common));
    }

    private static boolean isSystem(String level) {
        return level.startsWith("$");
    }

    private static boolean isWild(String level) {
        return level.equals(TopicFilter.ONE_LEVEL) || isRest(level);
    }

    private static boolean isRest(String level) {
        return level.equals(TopicFilter.ANY_LEVELS);
    }
}
