package io.signalbox.server;

import io.signalbox.server.exit.ExitCode;

/** The server could not start. The message is one line, for people; nothing was left running. */
public final class ServerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    ServerStartException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
