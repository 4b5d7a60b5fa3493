package io.signalbox.bus.deadletter;

/**
 * Stands for the message of a dead letter that an earlier process left, until a handler for its type is registered:
 * which class it is read as is said by handlers and not by bytes.
 *
 * @param type name of its schema, or of its class if it has none
 */
public record UnreadMessage(String type, String version, byte[] payload) {
    @Override
    public String toString() {
        return "UnreadMessage[" + type + " " + version + ", " + payload.length + " bytes]";
    }
}
