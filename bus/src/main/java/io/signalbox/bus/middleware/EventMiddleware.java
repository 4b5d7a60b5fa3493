package io.signalbox.bus.middleware;

/**
 * Stands around each handler of an event: may change the event, keep it from the handler by not proceeding, or fail.
 * Called once for each handler and attempt, concurrently.
 *
 * @param <E> the class or interface of the events it is for
 */
@FunctionalInterface
public interface EventMiddleware<E> {
    void around(EventCall<E> call, EventChain<E> next) throws Exception;
}
