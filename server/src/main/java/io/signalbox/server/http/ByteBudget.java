package io.signalbox.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that many share: who finds none left does without. Thread safe. */
final class ByteBudget {
    private static final int SHARE_OF_HEAP = 8;

    private final long bytesMax;
    private final AtomicLong left;

    ByteBudget(long bytes) {
        bytesMax = bytes;
        left = new AtomicLong(bytes);
    }

    /** An eighth of the heap. */
    static ByteBudget ofHeap() {
        return new ByteBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    long bytesMax() {
        return bytesMax;
    }

    long bytesLeft() {
        return left.get();
    }

    /** @return false: it is not there */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }
}
