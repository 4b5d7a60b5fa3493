package io.signalbox.bus.middleware;

/** What comes after a middleware: the next, and at last the handler. */
@FunctionalInterface
public interface EventChain<E> {
    void proceed(EventCall<E> call) throws Exception;
}
