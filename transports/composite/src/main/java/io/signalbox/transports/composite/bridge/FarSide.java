package io.signalbox.transports.composite.bridge;

import io.signalbox.message.Message;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Transport;

/** Where a bridge's messages go. Called on the bridge's lane, but for health and counts. */
public interface FarSide {
    /** For texts. */
    String name();

    /** One message's way there, from the bridge's first try to its last. */
    Passage passage(Message message);

    /** Nothing is under way any more: what was refused goes again, or the source offers all of it anew. */
    default void again() {}

    /** Not UP while something is missed, though messages cross. */
    default Health health() {
        return Health.UP;
    }

    /** Copies that somebody beside the way should have got and did not. */
    default long missedCount() {
        return 0;
    }

    /** Remembers what earlier tries have come to. */
    @FunctionalInterface
    interface Passage {
        /** One try; its callback is called once, or never. */
        void send(PublishCallback callback);
    }

    /** A transport and nothing else. */
    static FarSide of(Transport target) {
        return new FarSide() {
            @Override
            public String name() {
                return target.name();
            }

            @Override
            public Passage passage(Message message) {
                return callback -> target.publish(message, callback, 0);
            }
        };
    }
}
