package io.signalbox.bus.registry;

/** A command has exactly one handler in one scope; the message names both that claim it. */
public final class DuplicateHandlerException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public DuplicateHandlerException(HandlerEntry present, HandlerEntry added) {
        super("command " + present.type().getName() + " is handled by '" + present.name()
                + "' already and cannot be handled by '" + added.name()
                + "' too; unregister the first, or register the second in a session");
    }
}
