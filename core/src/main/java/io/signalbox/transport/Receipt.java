package io.signalbox.transport;

/**
 * What a publisher hears.
 *
 * @param durability the level that was reached
 * @param sequence the message's number in the log; 0 when it was not logged
 */
public record Receipt(Outcome outcome, Durability durability, long sequence) {
    public enum Outcome {
        ROUTED,
        /** Accepted, and nobody is subscribed to its topic now (MQTT 5 reason code 0x10). */
        NO_SUBSCRIBERS,
        /** Accepted before: the sequence is that of the first. */
        DUPLICATE
    }
}
