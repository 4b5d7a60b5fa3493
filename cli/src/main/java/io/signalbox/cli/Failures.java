package io.signalbox.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** What a failure is called on the terminal, and the exit code that scripts see. */
final class Failures {
    static final int UNAVAILABLE = 69;
    static final int INTERNAL = 70;

    private Failures() {}

    static String text(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }

    static int exitCode(Throwable failure) {
        return failure instanceof IOException ? UNAVAILABLE : INTERNAL;
    }
}
