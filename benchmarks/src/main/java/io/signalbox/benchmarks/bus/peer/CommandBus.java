package io.signalbox.benchmarks.bus.peer;

/** A bus with one handler of one type of command, which answers the sum. */
public interface CommandBus extends AutoCloseable {
    /** @throws IllegalStateException if there is no answer */
    int execute(Sum command);

    @Override
    void close();
}
