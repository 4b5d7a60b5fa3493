package io.signalbox.bus.handler;

import java.util.List;

/** A handler's place in the registry. */
public interface Registration extends AutoCloseable {
    /** Takes the handler away; calls under way end. Also from within the handler itself; a second time does nothing. */
    @Override
    void close();

    /** Of several, as one. They go in reverse order. */
    static Registration all(List<Registration> registrations) {
        List<Registration> reversed = List.copyOf(registrations).reversed();
        return () -> reversed.forEach(Registration::close);
    }
}
