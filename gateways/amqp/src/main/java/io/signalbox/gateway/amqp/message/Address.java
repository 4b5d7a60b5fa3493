package io.signalbox.gateway.amqp.message;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;

/**
 * The address of a source or target. A topic is named as everywhere else here, levels separated by {@code /}; a queue of
 * that name takes what is published to the topic, and keeps it for whoever consumes it.
 *
 * @param name without the prefix that says what it is
 */
public record Address(Kind kind, String name) {
    private static final String TOPIC_PREFIX = "topic://";
    private static final String QUEUE_PREFIX = "queue://";
    private static final String TEMPORARY_TOPIC_PREFIX = "temp-topic://";
    private static final String TEMPORARY_QUEUE_PREFIX = "temp-queue://";

    /** Of topics that are made for the replies to one connection; no queue has such a name. */
    public static final String REPLY_PREFIX = "reply/";

    public enum Kind {
        TOPIC,
        QUEUE
    }

    /** @param queue what it is if it does not say: the capability of a terminus says so */
    public static Address parse(String text, boolean queue) {
        if (text.startsWith(QUEUE_PREFIX)) {
            return new Address(Kind.QUEUE, text.substring(QUEUE_PREFIX.length()));
        }
        String name = topicName(text);
        boolean said = name.length() < text.length() || name.startsWith(REPLY_PREFIX);
        return new Address(queue && !said ? Kind.QUEUE : Kind.TOPIC, name);
    }

    /** Queues and topics for the time of a connection are topics: one client hears what is sent there. */
    private static String topicName(String text) {
        for (String prefix : new String[] {TOPIC_PREFIX, TEMPORARY_TOPIC_PREFIX, TEMPORARY_QUEUE_PREFIX}) {
            if (text.startsWith(prefix)) {
                return text.substring(prefix.length());
            }
        }
        return text;
    }

    /**
     * Where a reply goes: a queue is reached by its topic.
     *
     * @throws io.signalbox.error.SignalboxException TOPIC_INVALID or TOPIC_TOO_DEEP
     */
    static String topicText(String address) {
        return parse(address, false).topic().text();
    }

    /** @throws io.signalbox.error.SignalboxException TOPIC_INVALID or TOPIC_TOO_DEEP */
    public Topic topic() {
        return Topic.ofMqtt(name);
    }

    /** @throws io.signalbox.error.SignalboxException FILTER_INVALID, TOPIC_INVALID or TOPIC_TOO_DEEP */
    public TopicFilter filter() {
        return kind == Kind.QUEUE ? TopicFilter.exactly(topic()) : TopicFilter.ofMqtt(name);
    }
}
