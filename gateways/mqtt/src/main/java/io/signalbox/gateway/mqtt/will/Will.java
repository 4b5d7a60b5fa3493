package io.signalbox.gateway.mqtt.will;

import io.signalbox.message.Message;

/**
 * What is published when a client goes without a word (MQTT 5, 3.1.2.5).
 *
 * @param message without time stamp: its life begins when it is published
 * @param delaySeconds how long the client may stay away before; 0: at once
 */
public record Will(Message message, long delaySeconds) {
    private static final int ENTRY_BYTES = 256;

    /** About what it takes while it waits. */
    int sizeBytes() {
        return ENTRY_BYTES + message.sizeBytes();
    }
}
