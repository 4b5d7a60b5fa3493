package io.signalbox.bus.queue;

/** Where a message is known to be away: its ordering key. Thread safe. */
public interface Parking {
    /**
     * It has come again: must it go back at once? Then it is known to be away as before.
     *
     * @return false: it is to be offered as any other
     */
    boolean refuses(Returnable again);

    /** It has ended elsewhere and comes no more; nothing waits for it. */
    void gone(Returnable ended);
}
