package io.signalbox.configuration.plan;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What some messages need, and what carries them.
 *
 * @param type schema name; null for messages of any
 * @param topics empty for messages of any
 * @param transport its name
 * @param where for people, such as "signalbox.yaml line 3"
 */
public record MessageRule(
        @Nullable String type, List<TopicFilter> topics, String transport, List<Need> needs, String where) {
    public MessageRule {
        topics = List.copyOf(topics);
        needs = List.copyOf(needs);
    }

    boolean isFor(Topic topic) {
        return topics.stream().anyMatch(filter -> filter.matches(topic));
    }

    /** Whether all messages on this topic that the other is for are this one's, if this one stands before it. */
    boolean takesAllOf(MessageRule other, Topic topic) {
        return (type == null || type.equals(other.type)) && (topics.isEmpty() || isFor(topic));
    }

    /** Its topics; those of any topic are on all. */
    List<TopicFilter> reach() {
        return topics.isEmpty() ? List.of(TopicFilter.ofMqtt("#")) : topics;
    }

    /** One of its messages. */
    public Message sample(Topic topic) {
        return Message.to(topic)
                .properties(MessageProperties.builder().schema(type, null).build())
                .build();
    }

    /** As people call them. */
    public String subject() {
        String of = topics.stream().map(TopicFilter::text).collect(Collectors.joining(", "));
        return type == null ? of : topics.isEmpty() ? type : type + " (" + of + ")";
    }
}
