package io.signalbox.bus.remote;

import io.signalbox.bus.queue.Returnable;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One delivery of the link; made on its lane when it comes. */
final class Arrival implements Returnable {
    private final int deliveryId;
    private final Message message;
    private final boolean redelivered;
    private final LinkSource source;
    private final long cameNanos;
    private final long atNanos;
    /** Made when it is first asked for; whoever else makes it makes an equal one. */
    private @Nullable Object origin;

    /**
     * @param deliveryId 0: settled already
     * @param redelivered the message may have been delivered before
     */
    Arrival(int deliveryId, Message message, boolean redelivered, LinkSource source) {
        this.deliveryId = deliveryId;
        this.message = message;
        this.redelivered = redelivered;
        this.source = source;
        cameNanos = source.came();
        atNanos = source.lastNanos();
    }

    /** Ids are their publishers': two topics may have the same. */
    private record Named(Topic topic, String id) {}

    /** What a message without an id is known by. */
    private record Unnamed(Topic topic, long timestampMillis, int payloadLength, int payloadHash) {}

    int deliveryId() {
        return deliveryId;
    }

    Message message() {
        return message;
    }

    Topic topic() {
        return message.topic();
    }

    /** The transport may have delivered it before. */
    boolean isRedelivered() {
        return redelivered;
    }

    boolean isSettled() {
        return deliveryId == 0;
    }

    boolean canGoBack() {
        return !isSettled() && !source.hasEnded();
    }

    boolean comesAgain() {
        return !isSettled() && source.isFollowed();
    }

    @Override
    public Object origin() {
        Object known = origin;
        if (known == null) {
            known = makeOrigin();
            origin = known;
        }
        return known;
    }

    private Object makeOrigin() {
        String id = WireForm.id(message);
        byte[] payload = message.payload();
        return id != null
                ? new Named(message.topic(), id)
                : new Unnamed(message.topic(), message.timestampMillis(), payload.length, Arrays.hashCode(payload));
    }

    /** Two of one id are one message, whatever the transport knows. */
    @Override
    public boolean mayHaveComeBefore() {
        return redelivered || WireForm.id(message) != null;
    }

    @Override
    public LinkSource source() {
        return source;
    }

    @Override
    public long cameNanos() {
        return cameNanos;
    }

    @Override
    public long atNanos() {
        return atNanos;
    }

    @Override
    public long ttlNanos() {
        return TimeUnit.MILLISECONDS.toNanos(message.ttlMillis());
    }
}
