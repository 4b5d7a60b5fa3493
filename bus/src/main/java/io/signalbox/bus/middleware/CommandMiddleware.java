package io.signalbox.bus.middleware;

import io.signalbox.bus.message.CommandResult;

/**
 * Stands around the handlers of commands: may change the command, answer in the handler's place, or fail. Called once
 * for each attempt, concurrently.
 *
 * @param <C> the class or interface of the commands it is for
 */
@FunctionalInterface
public interface CommandMiddleware<C> {
    /** @return {@code next.proceed(call)}, or a result of its own, of the command's type */
    CommandResult<?> around(CommandCall<C> call, CommandChain<C> next) throws Exception;
}
