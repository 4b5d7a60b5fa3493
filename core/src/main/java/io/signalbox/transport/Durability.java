package io.signalbox.transport;

/** What has happened to a message by the time its publisher hears of it; each level holds all before it. */
public enum Durability {
    /** It may or may not have been seen. */
    NONE,
    /** Handed to the queues of all present subscribers. */
    ROUTED,
    /** Written to the operating system: survives the process, not the machine. */
    BUFFERED,
    /** Flushed to the disk: survives the machine. */
    SYNCED,
    /** On the disks of several machines. */
    REPLICATED;

    public boolean atLeast(Durability other) {
        return ordinal() >= other.ordinal();
    }
}
