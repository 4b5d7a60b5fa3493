package io.signalbox.benchmarks.bus.peer;

/** A bus with one handler of one type of event. */
public interface Peer extends AutoCloseable {
    /** @throws IllegalStateException if the bus does not take it */
    void publish(Tick tick);

    /** Takes nothing more, and leaves no thread behind. */
    @Override
    void close();
}
