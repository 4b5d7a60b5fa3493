package io.signalbox.client.subscribe;

import io.signalbox.client.connection.LinkEvents.Settling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a message is settled whose session is gone: nobody at the server waits for it, or would bring it again. */
record Kept(String topic) implements Settling {
    private static final Logger LOGGER = LoggerFactory.getLogger(Kept.class);

    @Override
    public void accept() {
        // Nobody waits for it.
    }

    @Override
    public void reject(boolean unreadable, String detail) {
        LOGGER.warn("a message at {} came by a session that is gone, and is no dead letter: {}", topic, detail);
    }

    @Override
    public boolean alive() {
        return true;
    }
}
