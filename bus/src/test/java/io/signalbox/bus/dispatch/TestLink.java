package io.signalbox.bus.dispatch;

import io.signalbox.bus.queue.Source;

/** A link whose time stands still. */
final class TestLink implements Source {
    /** What it has taken back, or not heard of, the next one brings. */
    final boolean durable;

    volatile boolean ended;

    TestLink(boolean durable) {
        this.durable = durable;
    }

    @Override
    public boolean hasForgotten() {
        return ended && !durable;
    }

    @Override
    public long nanoTime() {
        return 0;
    }
}
