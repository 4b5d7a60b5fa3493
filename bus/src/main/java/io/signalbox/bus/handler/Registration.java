package io.signalbox.bus.handler;

import java.util.List;

/** A handler's place in the registry. */
public interface Registration extends AutoCloseable {
    /** Takes the handler away; calls under way end. Also from within the handler itself; a second time does nothing. */
    @Override
    void close();

    /** Of several, as one. They go in reverse order, each whatever the others throw; the first error is thrown. */
    static Registration all(List<Registration> registrations) {
        List<Registration> reversed = List.copyOf(registrations).reversed();
        return () -> {
            RuntimeException first = null;
            for (Registration each : reversed) {
                try {
                    each.close();
                } catch (RuntimeException error) {
                    if (first == null) {
                        first = error;
                    } else if (first != error) {
                        first.addSuppressed(error);
                    }
                }
            }
            if (first != null) {
                throw first;
            }
        };
    }
}
