package io.signalbox.bus.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers the last so many messages, as long as the process lives. */
public final class MemoryInbox implements Inbox {
    public static final int MESSAGES_MAX_DEFAULT = 100_000;

    private record Key(String consumer, String messageId) {}

    private final Map<Key, Boolean> handled;

    public MemoryInbox() {
        this(MESSAGES_MAX_DEFAULT);
    }

    public MemoryInbox(int messagesMax) {
        handled = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                return size() > messagesMax;
            }
        };
    }

    @Override
    public synchronized boolean isHandled(String consumer, String messageId) {
        return handled.containsKey(new Key(consumer, messageId));
    }

    @Override
    public synchronized void handled(String consumer, String messageId) {
        handled.put(new Key(consumer, messageId), true);
    }
}
