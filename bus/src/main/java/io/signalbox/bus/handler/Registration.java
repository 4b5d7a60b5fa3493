package io.signalbox.bus.handler;

/** A handler's place in the registry. */
public interface Registration extends AutoCloseable {
    /** Takes the handler away; calls under way end. Also from within the handler itself; a second time does nothing. */
    @Override
    void close();

    /** Of several, as one. They go in reverse order. */
    static Registration all(java.util.List<Registration> registrations) {
        java.util.List<Registration> reversed =
                java.util.List.copyOf(registrations).reversed();
        return () -> reversed.forEach(Registration::close);
    }
}
