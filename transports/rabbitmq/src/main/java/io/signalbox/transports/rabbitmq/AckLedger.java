package io.signalbox.transports.rabbitmq;

import java.util.BitSet;

/**
 * Which deliveries of a channel are settled and which of that the server knows: settles a run from the oldest on with
 * one frame, and those behind a delivery that is still open one by one. Guarded by itself.
 */
final class AckLedger {
    /** All below are acknowledged. */
    private long low = 1;

    /** Bit i: the delivery of tag low + i is settled. */
    private BitSet settled = new BitSet();

    /** Bit i: and the server has been told. */
    private BitSet told = new BitSet();

    private boolean news;

    /** Where acknowledgements are written to. */
    interface Wire {
        void ack(long tag, boolean multiple) throws java.io.IOException;
    }

    /** @return true if the server does not know everything yet, and nobody else was told so */
    synchronized boolean settled(long tag) {
        if (tag < low) {
            return false;
        }
        settled.set((int) (tag - low));
        boolean first = !news;
        news = true;
        return first;
    }

    synchronized boolean hasNews() {
        return news;
    }

    /** Tells the server of everything that is settled. */
    synchronized void write(Wire wire) throws java.io.IOException {
        news = false;
        int run = settled.nextClearBit(0);
        if (run > 0) {
            if (told.nextClearBit(0) < run) {
                wire.ack(low + run - 1, true);
            }
            low += run;
            settled = settled.get(run, Math.max(run, settled.length()));
            told = told.get(run, Math.max(run, told.length()));
        }
        for (int i = settled.nextSetBit(0); i >= 0; i = settled.nextSetBit(i + 1)) {
            if (!told.get(i)) {
                wire.ack(low + i, false);
                told.set(i);
            }
        }
    }
}
