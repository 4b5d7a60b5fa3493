package io.signalbox.systemtests.process;

/**
 * A broker that runs as a process of its own and can be killed. Its data outlives {@link #kill} and
 * {@link #stop}, and is deleted by {@link #close}.
 */
public interface BrokerProcess extends AutoCloseable {
    /** Starts the process, or starts it again on the same data, and returns when it accepts clients. */
    void start();

    /** SIGKILL: the process has no chance to write anything more. Returns when it is gone. */
    void kill();

    /** SIGTERM; returns the exit code. Fails when the process is still there after 30 s. */
    int stop();

    int mqttPort();

    long pid();

    boolean isAlive();

    /** What the process said last, for the message of a failed test. */
    String tail();

    @Override
    void close();
}
