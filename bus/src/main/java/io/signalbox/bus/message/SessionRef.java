package io.signalbox.bus.message;

import org.jspecify.annotations.Nullable;

/** The session that a message belongs to, as its envelope names it. */
public interface SessionRef {
    String id();

    /** The session around it; null for one directly on the bus. */
    @Nullable
    SessionRef parent();

    /** Is this the session itself, or nested in it, however deep? */
    default boolean isWithin(String sessionId) {
        for (SessionRef at = this; at != null; at = at.parent()) {
            if (at.id().equals(sessionId)) {
                return true;
            }
        }
        return false;
    }
}
