package io.signalbox.gateway.listener;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** One number for each constant of a gateway's enum. Adding is cheap and may happen on any thread. */
public final class Counters<E extends Enum<E> & CounterDescriptor> {
    private final List<E> descriptors;
    private final LongAdder[] values;

    public Counters(Class<E> type) {
        E[] constants = type.getEnumConstants();
        descriptors = List.of(constants);
        values = new LongAdder[constants.length];
        Arrays.setAll(values, i -> new LongAdder());
    }

    public void increment(E counter) {
        values[counter.ordinal()].increment();
    }

    public void add(E counter, long amount) {
        values[counter.ordinal()].add(amount);
    }

    public long value(E counter) {
        return values[counter.ordinal()].sum();
    }

    public List<E> descriptors() {
        return descriptors;
    }
}
