package io.signalbox.gateway.listener;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop that looks at its sockets again after {@link #TASKS_NANOS} of tasks, however many wait. Netty looks at the clock
 * after 64 tasks, and allows them a second; a task here may be a session's turn with a thousand messages.
 */
final class Loop extends SingleThreadIoEventLoop {
    static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The clock costs as much as a small task. */
    private static final int TASKS_PER_LOOK = 4;

    private final LongSupplier nanoTime;
    private long tasksBegan;
    private int tasks;

    Loop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory io, LongSupplier nanoTime) {
        super(parent, executor, io);
        this.nanoTime = nanoTime;
    }

    @Override
    protected int runIo() {
        int handled = super.runIo();
        tasksBegan = nanoTime.getAsLong();
        tasks = 0;
        return handled;
    }

    /** Asked between two looks at the sockets; tasks that are left keep the next look from waiting. */
    @Override
    protected @Nullable Runnable pollTask() {
        if (++tasks % TASKS_PER_LOOK == 0 && nanoTime.getAsLong() - tasksBegan >= TASKS_NANOS) {
            return null;
        }
        return super.pollTask();
    }
}
