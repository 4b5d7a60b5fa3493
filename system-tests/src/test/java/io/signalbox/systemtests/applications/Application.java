package io.signalbox.systemtests.applications;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An application on the bus, in whichever language: what it does, and what it heard, in the same words. Whom it listens
 * or sends to is written {@code *}, {@code uuid} or {@code uuid/name}; who somebody is, always {@code uuid/name}. Each call
 * waits for its answer, and fails with a {@link Refused} where the SDK does.
 */
interface Application extends AutoCloseable {
    /** By a code of {@code docs/client-js.md}, which the SDK for Java knows by other types. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;

        Refused(String code, String text) {
            super(code + ": " + text);
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    /** Returns with a connection. */
    void connect();

    boolean connected();

    /** Records what comes in {@link #heard} and {@link #contexts}; the text {@code unbearable} makes it fail. */
    void subscribe(String source, String topic, @Nullable String from);

    default void subscribe(String source, String topic) {
        subscribe(source, topic, null);
    }

    void unsubscribe(String source, String topic);

    /** Returns when the server has it. */
    void publish(String topic, Object message, @Nullable String correlationId);

    default void publish(String topic, Object message) {
        publish(topic, message, null);
    }

    /** Returns when it is in the spool. */
    void put(String topic, Object message);

    void send(String to, String topic, Object message);

    Object request(String topic, Object question);

    /** With {@code {"asked": question}}; {@code unbearable} makes it fail. */
    void respond(String topic);

    /**
     * In its order: {@code message TOPIC JSON from UUID/NAME}, with {@code  traced ID} where it has a correlation id; {@code
     * connected UUID/NAME} and {@code disconnected}; {@code subscribed UUID/NAME TOPIC} and {@code unsubscribed}; {@code
     * refused TEXT}.
     */
    List<String> heard();

    /** Of each message heard: {@code id}, {@code time} in epoch milliseconds, and names of {@code headers}, sorted. */
    List<Map<String, Object>> contexts();

    /** As {@link #heard} says messages. */
    List<String> history(String topic, int last);

    List<String> replay(String topic, String from);

    List<String> deadLetters();

    /** {@code published}, {@code delivered}, {@code pending}, {@code reconnects}; of the server {@code exactRoutes} and {@code connected}. */
    Map<String, Long> figures();

    List<String> applications();

    @Override
    void close();
}
