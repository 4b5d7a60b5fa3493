package io.signalbox.transport;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A thread of somebody's, usually an event loop, that runs tasks one after the other in the order given. Once it takes
 * no more it throws {@link java.util.concurrent.RejectedExecutionException}; a task that it took it runs.
 */
public interface Lane extends Executor {
    /** Is the calling thread this lane's? */
    boolean inLane();

    /**
     * Runs a task once after all that the lane is doing now, however often it is asked for until then, and gives it this
     * lane. Called on the lane.
     *
     * @return false if this lane knows no such moment; the task is not run then
     */
    default boolean afterTurn(Consumer<? super Lane> task) {
        return false;
    }
}
