package io.signalbox.bus.deadletter;

import io.signalbox.message.Message;

/**
 * Stands for the message of a dead letter that an earlier process left, until a handler for its type is registered:
 * which class it is read as is said by handlers and not by bytes.
 *
 * @param type name of its schema, or of its class if it has none
 * @param kept as the transport kept it: how to read the payload is said by its properties
 */
public record UnreadMessage(String type, String version, Message kept) {
    @Override
    public String toString() {
        return "UnreadMessage[" + type + " " + version + ", " + kept.payload().length + " bytes]";
    }
}
