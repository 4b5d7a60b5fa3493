package io.signalbox.bus.deadletter;

/** The class of the events that wait behind a dead letter of their ordering key. */
public sealed interface Parks {
    record Of(Class<?> type) implements Parks {}

    /** Left by an earlier process: no handler here has said yet which class has that name. */
    record Named(String name) implements Parks {}
}
