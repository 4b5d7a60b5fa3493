package io.signalbox.bus.deadletter;

/** Hears of every dead letter, on the thread of the handler that failed: to keep it somewhere durable, or to alarm. */
@FunctionalInterface
public interface DeadLetterListener {
    void onDeadLetter(DeadLetter letter);
}
