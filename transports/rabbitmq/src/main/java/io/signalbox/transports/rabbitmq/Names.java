package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What things are called on the server. Short strings of AMQP 0.9.1 (4.2.5.3) have at most 255 bytes: names of sessions
 * and groups that are longer are replaced by their hash, topics that are longer are refused.
 */
record Names(String prefix) {
    static final int SHORT_STRING_BYTES_MAX = 255;
    private static final int NAME_BYTES_MAX = 120;

    /** Where everybody publishes that wants a confirm to mean something, strangers included. */
    String topics() {
        return prefix;
    }

    /** The same for topics that begin with {@code $}: leading wildcards must not see them (MQTT 5, 4.7.2). */
    String systemTopics() {
        return prefix + ".system";
    }

    /** What need not arrive. */
    String lightTopics() {
        return prefix + ".light";
    }

    String lightSystemTopics() {
        return prefix + ".light.system";
    }

    /** Bound to {@code entry} by all topics under that first level. */
    String hierarchy(String entry, String root) {
        return entry + ".tree." + bounded(root);
    }

    String deadLetterExchange() {
        return prefix + ".dead";
    }

    String deadLetters() {
        return prefix + ".dead-letters";
    }

    /** Word between instances about who has taken over what. */
    String control() {
        return prefix + ".control";
    }

    String session(String session) {
        return prefix + ".session." + bounded(session);
    }

    /** Holds one message that says what the session is; whoever has that message has the session. */
    String sessionRecord(String session) {
        return prefix + ".record." + bounded(session);
    }

    String transientSession(String session) {
        return prefix + ".transient." + bounded(session);
    }

    /** What need not arrive, for the session while it is here. */
    String light(String session) {
        return prefix + ".light." + bounded(session);
    }

    /** Both the exchange and the queue of a share group's filter. */
    String share(String group, TopicFilter filter) {
        return prefix + ".share." + bounded(group) + "." + hash(filter.text());
    }

    static String bounded(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES_MAX ? name : "sha256-" + hash(name);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** @throws SignalboxException TOPIC_INVALID if it does not fit a routing key */
    static String routingKey(Topic topic) {
        return fitting(topic.nativeText(), "topic", ReasonCode.TOPIC_INVALID);
    }

    /** @throws SignalboxException FILTER_INVALID if it does not fit a binding key */
    static String bindingKey(TopicFilter filter) {
        return fitting(filter.nativeText(), "filter", ReasonCode.FILTER_INVALID);
    }

    private static String fitting(String key, String what, ReasonCode reason) {
        if (key.length() * 3 > SHORT_STRING_BYTES_MAX) {
            int bytes = key.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > SHORT_STRING_BYTES_MAX) {
                throw new SignalboxException(
                        reason,
                        "the " + what + " has " + bytes + " bytes in its native form; RabbitMQ's keys have at most "
                                + SHORT_STRING_BYTES_MAX);
            }
        }
        return key;
    }
}
