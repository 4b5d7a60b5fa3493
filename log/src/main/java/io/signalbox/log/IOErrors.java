package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import java.io.IOException;
import java.util.Locale;

/** Tells a full disk from a failing one. */
final class IOErrors {
    private IOErrors() {}

    static LogWriteException.Kind kind(IOException e, FileStore store, long bytesNeeded) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left") || message.contains("quota exceeded")) {
            return LogWriteException.Kind.FULL;
        }
        if (message.contains("input/output error") || message.contains("read-only file system")) {
            return LogWriteException.Kind.IO;
        }
        try {
            // The system's text may be in another language.
            return store.usableSpace() < bytesNeeded ? LogWriteException.Kind.FULL : LogWriteException.Kind.IO;
        } catch (IOException unknown) {
            return LogWriteException.Kind.IO;
        }
    }
}
