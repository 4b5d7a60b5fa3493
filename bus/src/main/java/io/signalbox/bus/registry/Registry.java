package io.signalbox.bus.registry;

import io.signalbox.bus.handler.Registration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of one scope: the bus, or one session. A bus may be given one of its user's own. Thread safe; answers
 * are cached as long as {@link #epoch()} stays the same.
 */
public interface Registry {
    /** @throws DuplicateHandlerException if the entry is a command's and that command has a handler in this scope */
    Registration add(HandlerEntry entry);

    /** The handler of exactly this class of command. */
    HandlerEntry.@Nullable OfCommand command(Class<?> type);

    /**
     * The event handlers, batches included, of this class, its super classes and all its interfaces, in the order of
     * their registration.
     */
    List<HandlerEntry> events(Class<?> type);

    /** Those who answer exactly this class of query. */
    List<HandlerEntry.OfQuery> queries(Class<?> type);

    /** Changes, never back, with every change of any answer: before the change can be seen. */
    long epoch();

    int size();
}
