package io.signalbox.broker.session;

import io.signalbox.message.Message;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How much waits in one session's mailbox. Small messages are counted by their number, which the mailbox knows anyway;
 * only what a larger one has beyond that is added up, and only a mailbox that holds more than a little counts in the sum
 * of all. Hot path.
 */
final class Incoming {
    /** What each item counts: an offer, its place in the mailbox, and a small message. */
    static final int ITEM_BYTES = 256;

    /** Of each mailbox; beyond it, offers count in the sum of all. */
    static final int FREE_BYTES = 16 << 10;

    private static final int OFFER_BYTES = 64;
    private static final AtomicLongFieldUpdater<Incoming> LARGE_BYTES =
            AtomicLongFieldUpdater.newUpdater(Incoming.class, "largeBytes");

    private final Floodgate floodgate;
    private final long bytesMax;

    /** Beyond {@link #ITEM_BYTES} of each. */
    private volatile long largeBytes;

    /** Counted in the sum of all, and taken since it was last told. Owned by the session's turn. */
    private long takenBytes;

    /** @param bytesMax beyond which there is no room for at most once; there is always some for what one turn takes */
    Incoming(Floodgate floodgate, long bytesMax) {
        this.floodgate = floodgate;
        this.bytesMax = Math.max(bytesMax, (long) Turns.ITEMS_PER_TURN * ITEM_BYTES);
    }

    /** Any thread. */
    boolean isFull(long waitingBytes) {
        return waitingBytes >= bytesMax;
    }

    /** Any thread. */
    long bytes(int items) {
        return (long) items * ITEM_BYTES + largeBytes;
    }

    /** A message is about to be posted. Any thread. @param waitingBytes before it */
    boolean coming(Message message, long waitingBytes) {
        long large = largeBytes(message);
        if (large > 0) {
            LARGE_BYTES.addAndGet(this, large);
        }
        boolean counted = waitingBytes >= FREE_BYTES;
        if (counted) {
            floodgate.add(ITEM_BYTES + large);
        }
        return counted;
    }

    /** In a turn. */
    void taken(Offer offer) {
        long large = largeBytes(offer.message());
        if (large > 0) {
            LARGE_BYTES.addAndGet(this, -large);
        }
        if (offer.counted()) {
            takenBytes += ITEM_BYTES + large;
        }
    }

    /** At the end of a turn. */
    void tell() {
        if (takenBytes > 0) {
            floodgate.take(takenBytes);
            takenBytes = 0;
        }
    }

    private static long largeBytes(Message message) {
        return Math.max(0, OFFER_BYTES + message.sizeBytes() - ITEM_BYTES);
    }
}
