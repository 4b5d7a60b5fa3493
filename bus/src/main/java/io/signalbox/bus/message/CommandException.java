package io.signalbox.bus.message;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** A command result that is not a success, for callers who prefer to be thrown at. */
public final class CommandException extends SignalboxException {
    private static final long serialVersionUID = 1L;

    private final transient CommandResult<?> result;

    private CommandException(ReasonCode reason, String detail, CommandResult<?> result) {
        super(reason, detail);
        this.result = result;
    }

    static CommandException of(CommandResult.Failure<?> failure) {
        CommandException thrown = new CommandException(
                ReasonCode.INTERNAL,
                "the handler failed in attempt " + failure.attempts() + ": " + failure.error(),
                failure);
        thrown.initCause(failure.error());
        return thrown;
    }

    static CommandException of(CommandResult.Rejected<?> rejected) {
        return new CommandException(
                rejected.reason().wire(), rejected.reason().code() + ": " + rejected.detail(), rejected);
    }

    /** The failure or rejection. */
    public CommandResult<?> result() {
        return result;
    }
}
