package io.signalbox.gateway.listener;

import io.netty.util.concurrent.EventExecutor;
import io.signalbox.transport.Lane;

/** An event loop as the transport sees it. */
public record EventLoopLane(EventExecutor loop) implements Lane {
    @Override
    public boolean inLane() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }
}
