package io.signalbox.bus.middleware;

import io.signalbox.bus.message.CommandResult;

/** What comes after a middleware: the next, and at last the handler. */
@FunctionalInterface
public interface CommandChain<C> {
    /** What the handler throws comes out here as it is; the bus makes a failure of it at the very outside. */
    CommandResult<?> proceed(CommandCall<C> call) throws Exception;
}
