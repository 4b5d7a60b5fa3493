package io.signalbox.client.subscribe;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest messages that came, by their idempotency keys, for each subscription apart: one that comes again, because
 * its acknowledgement was lost or its publisher was in doubt, is not handled again. It is remembered as long as a session
 * may bring it again; later the same key may be another message. What is retained comes as often as it is asked for, and
 * what was rejected is handled anew. Any thread.
 */
final class Seen {
    private static final int MESSAGES_MIN = 16_384;
    private static final int CREDITS = 4;
    private static final long MILLIS_MIN = 120_000;

    private final TimeSource time;
    private final int messagesMax;
    private final long millisMax;
    private final Map<Key, Handling> handlings = new LinkedHashMap<>();

    private record Key(LocalSubscription subscription, String key) {}

    /**
     * @param credit messages that a lost connection may leave unsettled
     * @param sessionMillis how long the server keeps them
     */
    Seen(TimeSource time, int credit, long sessionMillis) {
        this.time = time;
        messagesMax = Math.max(MESSAGES_MIN, CREDITS * credit);
        millisMax = Math.max(MILLIS_MIN, sessionMillis);
    }

    /** @return to be handled; null: it was, or is being, and its settling follows that */
    @Nullable
    Arrival first(LocalSubscription subscription, Arrival arrival) {
        Message message = arrival.message();
        String text = message.properties().idempotencyKey();
        if (text == null || arrival.settled() || message.retain()) {
            return arrival;
        }
        Key key = new Key(subscription, text);
        long now = time.millis();
        Handling before;
        Handling fresh = new Handling(arrival.settling(), now);
        synchronized (this) {
            before = handlings.get(key);
            if (before == null || now - before.sinceMillis() > millisMax) {
                put(key, fresh);
                return new Arrival(message, fresh);
            }
        }
        if (before.again(arrival.settling())) {
            return null;
        }
        synchronized (this) {
            put(key, fresh);
        }
        return new Arrival(message, fresh);
    }

    private void put(Key key, Handling handling) {
        handlings.remove(key);
        handlings.put(key, handling);
        if (handlings.size() > messagesMax) {
            handlings.remove(handlings.keySet().iterator().next());
        }
    }
}
