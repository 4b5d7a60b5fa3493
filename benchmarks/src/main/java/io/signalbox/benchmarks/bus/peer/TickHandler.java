package io.signalbox.benchmarks.bus.peer;

/** What is called for each event; from many threads at once, if the peer does that. */
@FunctionalInterface
public interface TickHandler {
    void handle(Tick tick);
}
