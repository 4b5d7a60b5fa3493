package io.signalbox.gateway.listener;

import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.signalbox.transport.Lane;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An event loop as one user of the transport sees it. */
public final class EventLoopLane implements Lane {
    private final EventExecutor loop;

    /** Waits for the end of the loop's turn. Owned by the loop. */
    private @Nullable Consumer<? super Lane> afterTurn;

    public EventLoopLane(EventExecutor loop) {
        this.loop = loop;
    }

    @Override
    public boolean inLane() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean afterTurn(Consumer<? super Lane> task) {
        if (afterTurn == task) {
            return true;
        }
        if (afterTurn != null || !(loop instanceof SingleThreadEventLoop single)) {
            return false;
        }
        try {
            single.executeAfterEventLoopIteration(this::turnEnded);
        } catch (RejectedExecutionException shutDown) {
            return false;
        }
        afterTurn = task;
        return true;
    }

    private void turnEnded() {
        Consumer<? super Lane> task = afterTurn;
        afterTurn = null;
        if (task != null) {
            task.accept(this);
        }
    }
}
