package io.signalbox.gateway.amqp.frame;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps of a connection how many frames it sent, and how it ended. */
class CountingSink implements FrameSink {
    final AtomicInteger frames = new AtomicInteger();
    volatile boolean gone;
    volatile @Nullable Throwable failure;

    @Override
    public void onHeader(long header) {}

    @Override
    public void onFrame(byte[] frame) {
        frames.incrementAndGet();
    }

    @Override
    public void onViolation(Violation violation) {
        failure = violation;
    }

    @Override
    public void onBytes(int count) {}

    @Override
    public void onReadEnd() {}

    @Override
    public void onWritability() {}

    @Override
    public void onGone() {
        gone = true;
    }

    @Override
    public void onFailure(Throwable cause) {
        failure = cause;
    }
}
