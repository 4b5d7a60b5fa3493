package io.signalbox.bus.context;

import java.util.Arrays;

/** The frames of one thread, outermost first. Owned by that thread. */
final class FrameStack {
    private static final ThreadLocal<FrameStack> OF_THREAD = ThreadLocal.withInitial(FrameStack::new);

    private Frame[] frames = {new Frame()};
    private int depth;

    static FrameStack ofThread() {
        return OF_THREAD.get();
    }

    Frame push() {
        if (depth == frames.length) {
            grow();
        }
        return frames[depth++];
    }

    private void grow() {
        int before = frames.length;
        frames = Arrays.copyOf(frames, before * 2);
        for (int i = before; i < frames.length; i++) {
            frames[i] = new Frame();
        }
    }

    void pop() {
        depth--;
    }
}
