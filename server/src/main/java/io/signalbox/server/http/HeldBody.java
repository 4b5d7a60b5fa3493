package io.signalbox.server.http;

import org.jspecify.annotations.Nullable;

/** A whole body, which counts until whoever works on it gives it back. Thread safe. */
final class HeldBody {
    private static final byte[] NOTHING = {};

    private final byte[] bytes;
    private @Nullable Runnable giveBack;

    /** @param giveBack run once */
    HeldBody(byte[] bytes, Runnable giveBack) {
        this.bytes = bytes;
        this.giveBack = giveBack;
    }

    static HeldBody none() {
        return new HeldBody(NOTHING, () -> {});
    }

    byte[] bytes() {
        return bytes;
    }

    /** By who keeps nothing of it. May be repeated. */
    void release() {
        Runnable once;
        synchronized (this) {
            once = giveBack;
            giveBack = null;
        }
        if (once != null) {
            once.run();
        }
    }
}
