package io.signalbox.transports.delivery;

import io.signalbox.topic.Topic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Topics by the text that an engine has for them: of the few that most messages have, each is checked once. Thread safe. */
public final class Topics {
    private static final int MAX = 4_096;

    private final Function<String, Topic> reader;
    private final Map<String, Topic> known = new ConcurrentHashMap<>();

    /** @param reader of a text that is not known */
    public Topics(Function<String, Topic> reader) {
        this.reader = reader;
    }

    /** @throws io.signalbox.error.SignalboxException as the reader does */
    public Topic of(String text) {
        Topic topic = known.get(text);
        if (topic == null) {
            topic = reader.apply(text);
            if (known.size() >= MAX) {
                known.clear();
            }
            known.put(text, topic);
        }
        return topic;
    }
}
