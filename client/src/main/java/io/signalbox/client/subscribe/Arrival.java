package io.signalbox.client.subscribe;

import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.message.Message;

/** A message as one subscription has it. */
record Arrival(Message message, Settling settling) {
    boolean settled() {
        return message.guarantee().qos() == 0;
    }

    /** Its connection is gone, and nobody knows yet whether its session is. */
    boolean isUndecided() {
        return !settled() && !settling.alive();
    }

    /** The same for a session that is gone. */
    Arrival kept() {
        Kept kept = new Kept(message.topic().text());
        if (settling instanceof Handling handling) {
            handling.again(kept);
            return this;
        }
        return new Arrival(message, kept);
    }

    /** It waits no longer. */
    void taken() {
        if (settling instanceof Handling handling) {
            handling.taken();
        }
    }

    /** The server brings it again, and then it is a new one. */
    void dropped() {
        if (settling instanceof Handling handling) {
            handling.dropped();
        }
    }
}
