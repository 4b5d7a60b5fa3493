package io.signalbox.bus.remote;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Events that are in this process and not at their end, whichever session of the link has brought them. What a lost link
 * had brought stays here while the next session offers it again, and the inbox knows neither yet: so the second waits
 * where it came from until the first has ended, and the inbox is asked then. Empty without an inbox; otherwise as many
 * as the bus has room for. Thread safe.
 */
final class InHand {
    private final Set<String> messageIds = ConcurrentHashMap.newKeySet();

    boolean has(String messageId) {
        return messageIds.contains(messageId);
    }

    void begin(Arrival arrival) {
        String id = WireForm.id(arrival.message());
        if (id != null) {
            messageIds.add(id);
        }
    }

    /** It was not let in, or is at its end: if it was handled, the inbox has it by now. */
    void end(Arrival arrival) {
        String id = messageIds.isEmpty() ? null : WireForm.id(arrival.message());
        if (id != null) {
            messageIds.remove(id);
        }
    }
}
