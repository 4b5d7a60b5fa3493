package io.signalbox.bus.middleware;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.registry.HandlerEntry;

/** One attempt to have a command handled by its handler. */
public record CommandCall<C>(C command, Envelope<?> envelope, HandlerEntry handler) {
    /** The same call with another command in its place, of a class that the handler takes. */
    public CommandCall<C> withCommand(C other) {
        return new CommandCall<>(other, envelope.withMessage(other), handler);
    }
}
