package io.signalbox.client.spool;

/** Bounds what waits for the disk: beyond that, publishers wait too. Thread safe. */
final class Backlog {
    private static final int MESSAGES_MAX = 16_384;
    private static final long BYTES_MAX = 64L << 20;

    private int messages;
    private long bytes;

    /** Waits for room and takes it. @return false: there was none in time */
    synchronized boolean enter(int size, long timeoutMillis) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
        while (messages >= MESSAGES_MAX || (bytes > 0 && bytes + size > BYTES_MAX)) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        messages++;
        bytes += size;
        return true;
    }

    synchronized void leave(int count, long size) {
        messages -= count;
        bytes -= size;
        notifyAll();
    }
}
