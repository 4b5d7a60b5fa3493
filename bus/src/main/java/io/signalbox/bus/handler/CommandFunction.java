package io.signalbox.bus.handler;

import io.signalbox.bus.message.Command;
import org.jspecify.annotations.Nullable;

/** Carries out one type of command. Called concurrently. What it throws is the command's failure. */
@FunctionalInterface
public interface CommandFunction<C extends Command<? extends R>, R extends @Nullable Object> {
    R handle(C command) throws Exception;
}
