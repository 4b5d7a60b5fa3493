package io.signalbox.bus.remote;

import io.signalbox.bus.message.MessageType;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The topics of buses beside those of the messages themselves. Names become one level each, whatever is in them. */
final class Topics {
    private static final String CANCELS = "bus-cancels/";
    private static final String SESSIONS = "bus-sessions/";

    private Topics() {}

    /** Answers to what a bus has asked. */
    static Topic replies(String bus) {
        return Topic.ofMqtt("bus-replies/" + level(bus));
    }

    /** Commands of a session, for the handlers that are registered in it. */
    static Topic inSession(String session, MessageType type) {
        return Topic.ofMqtt(SESSIONS + level(session) + "/" + type.topic().text());
    }

    static boolean isInSession(Topic topic) {
        return topic.text().startsWith(SESSIONS);
    }

    /** Commands of this type that nobody waits for any more. */
    static Topic cancels(MessageType type) {
        return Topic.ofMqtt(CANCELS + type.topic().text());
    }

    static boolean isCancel(Topic topic) {
        return topic.text().startsWith(CANCELS);
    }

    static Topic deadLetter(String bus, String id) {
        return Topic.ofMqtt(deadLettersOf(bus) + level(id));
    }

    static TopicFilter deadLetters(String bus) {
        return TopicFilter.ofCanonical(deadLettersOf(bus) + "+");
    }

    private static String deadLettersOf(String bus) {
        return "bus-dead-letters/" + level(bus) + "/";
    }

    private static String level(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
