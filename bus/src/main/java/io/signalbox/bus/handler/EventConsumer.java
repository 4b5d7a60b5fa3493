package io.signalbox.bus.handler;

/** Hears of events. Called concurrently, but in order for one ordering key. */
@FunctionalInterface
public interface EventConsumer<E> {
    void handle(E event) throws Exception;
}
