package io.signalbox.systemtests.bridge;

import java.util.List;

/** Where a bridge ends: an engine, and somebody else's client that reads what is there. */
interface FarSide extends AutoCloseable {
    /** What the configuration says of the transport, a line each. */
    List<String> settings();

    /** All messages so far, oldest first. */
    List<Crossed> read();

    /** As a power cut for the engine's process. */
    void kill();

    void restart();

    @Override
    void close();

    /**
     * One message as the foreign client has it.
     *
     * @param id the producer's
     */
    record Crossed(String topic, String id, String contentType, String tenant, byte[] payload) {}
}
