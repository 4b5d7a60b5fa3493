package io.signalbox.benchmarks.transports;

/** One way to move messages through an engine. */
interface Contender extends AutoCloseable {
    String name();

    /** Publishes so many, {@code window} unanswered at most, and returns when all are confirmed. */
    void publish(int messages, byte[] payload, int window) throws Exception;

    /**
     * Consumes and acknowledges so many, which wait already.
     *
     * @return nanoseconds from the first step until the last message is there
     */
    long consume(int messages, int credit) throws Exception;

    @Override
    void close() throws Exception;
}
