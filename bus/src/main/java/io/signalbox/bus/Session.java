package io.signalbox.bus;

import io.signalbox.bus.session.StateKey;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages, handlers and state that belong together and end together. What is sent through it, and what its messages
 * cause, belongs to it; its handlers see nothing else. A command is handled by the session's own handler, else by that
 * of the session around it, and at last by the bus's; events go to all of these.
 */
public interface Session extends Endpoint, AutoCloseable {
    Duration DRAIN_TIMEOUT_DEFAULT = Duration.ofSeconds(5);

    String id();

    boolean isOpen();

    /** A value that lives as long as the session. */
    <T> Optional<T> get(StateKey<T> key);

    /** @return what was there before */
    <T> Optional<T> put(StateKey<T> key, T value);

    <T> Optional<T> remove(StateKey<T> key);

    /** {@link #close(Duration)} with {@link #DRAIN_TIMEOUT_DEFAULT}. */
    @Override
    default void close() {
        close(DRAIN_TIMEOUT_DEFAULT);
    }

    /**
     * Ends nested sessions first, then this one: takes no more messages but those that its own cause, waits until what
     * it has is handled, and at the latest after the timeout makes dead letters with the reason {@code session_closed}
     * of what is not, when its turn comes. Its handlers are gone then. From within a handler of its own it does not
     * wait, since that would be for itself. A second time does nothing.
     *
     * @return how many messages were still pending at the end
     */
    long close(@Nullable Duration drainTimeout);
}
