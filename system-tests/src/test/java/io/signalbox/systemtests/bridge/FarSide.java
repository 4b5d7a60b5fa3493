package io.signalbox.systemtests.bridge;

import java.util.List;

/** Where a bridge ends: an engine, and somebody else's client that reads what is there. */
interface FarSide extends AutoCloseable {
    /** What the configuration says of the transport, a line each. */
    List<String> settings();

    /** What {@code explain} says first of its durability. */
    String durability();

    /** All messages so far, oldest first; of one ordering key at least. */
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
     * @param key the ordering key
     */
    record Crossed(String topic, String id, String key, String contentType, String tenant, byte[] payload) {}
}
