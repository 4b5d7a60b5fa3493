package io.signalbox.cli;

import io.signalbox.cli.link.LinkException;
import io.signalbox.error.SignalboxException;
import io.signalbox.server.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** What a failure is called on the terminal, and the exit code that scripts see. */
final class Failures {
    static final int REFUSED = 1;
    static final int USAGE = 2;
    static final int NO_RESPONDERS = 68;
    static final int UNAVAILABLE = 69;
    static final int INTERNAL = 70;
    static final int NOT_PERMITTED = 77;
    static final int CONFIGURATION = 78;
    static final int TIMED_OUT = 124;
    static final int INTERRUPTED = 130;

    private Failures() {}

    static String text(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> denied.getFile() + " may not be read or written by this user";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }

    static int exitCode(Throwable failure) {
        return switch (failure) {
            case ApiException refused when refused.status() == 401 || refused.status() == 403 -> NOT_PERMITTED;
            case ApiException refused when refused.status() >= 500 -> UNAVAILABLE;
            case ApiException refused -> REFUSED;
            case LinkException link ->
                switch (link.kind()) {
                    case UNAVAILABLE -> UNAVAILABLE;
                    case NOT_PERMITTED -> NOT_PERMITTED;
                    case REFUSED -> REFUSED;
                    case NO_RESPONDERS -> NO_RESPONDERS;
                    case TIMED_OUT -> TIMED_OUT;
                    case ENDED -> INTERRUPTED;
                };
            case ConfigurationException wrong -> CONFIGURATION;
            case SignalboxException invalid -> USAGE;
            case TimedOutException late -> TIMED_OUT;
            case AccessDeniedException denied -> NOT_PERMITTED;
            case IOException absent -> UNAVAILABLE;
            default -> INTERNAL;
        };
    }
}
