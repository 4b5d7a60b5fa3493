package io.signalbox.bus.deadletter;

import java.util.List;

/**
 * Keeps dead letters beyond the life of the process. Thread safe; calls may wait for a disk or a network, and none but
 * {@link #load} throws.
 */
public interface DeadLetterStore {
    /**
     * Keeps a letter, or what has become of it.
     *
     * @return false: it is not safe there
     */
    boolean put(DeadLetter letter);

    void remove(String id);

    /** What an earlier process left, oldest first. Their messages are {@link UnreadMessage}s. */
    List<DeadLetter> load();

    /**
     * The letter with its message as an object, and with what it parks.
     *
     * @param type that a handler here takes
     * @return the same letter, if neither is of that type
     */
    DeadLetter read(DeadLetter letter, Class<?> type);
}
