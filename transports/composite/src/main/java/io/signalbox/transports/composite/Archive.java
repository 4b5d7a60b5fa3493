package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Transport;

/**
 * A transport that receives what the composite publishes, and that nobody can receive from through the composite: the
 * transport itself is not handed out, and this class has no method that reads.
 */
public final class Archive {
    /** Whether a publisher waits for the archive. */
    public enum Mode {
        /** A publish is accepted only if the archive has the message too; if it refuses, the answer is PARTIAL. */
        REQUIRED,
        /** What the archive refuses is counted, and the composite's health is DEGRADED while it is not up. */
        BEST_EFFORT
    }

    private final String name;
    private final Transport transport;
    private final Mode mode;
    private final TopicFilter filter;

    /** @param filter which topics are archived */
    public Archive(String name, Transport transport, Mode mode, TopicFilter filter) {
        this.name = name;
        this.transport = transport;
        this.mode = mode;
        this.filter = filter;
    }

    /** Of everything, {@code $} topics excepted. */
    public Archive(String name, Transport transport, Mode mode) {
        this(name, transport, mode, TopicFilter.ofMqtt("#"));
    }

    public String name() {
        return name;
    }

    public Mode mode() {
        return mode;
    }

    TopicFilter filter() {
        return filter;
    }

    boolean wants(Message message) {
        return filter.matches(message.topic());
    }

    void publish(Message message, PublishCallback callback, long context) {
        transport.publish(message, callback, context);
    }

    Health health() {
        return transport.health();
    }

    Durability durability() {
        return transport.capabilities().durability();
    }

    int payloadBytesMax() {
        return transport.capabilities().payloadBytesMax();
    }

    void close() {
        transport.close();
    }
}
