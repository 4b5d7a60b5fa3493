package io.signalbox.bus.handler;

/**
 * Hears of many events in one call; never called concurrently with itself, unless it has a timeout and ignores its
 * interrupt. What it throws fails every element that was
 * not {@linkplain Batch#fail failed} before.
 */
@FunctionalInterface
public interface BatchConsumer<E> {
    void handle(Batch<E> batch) throws Exception;
}
