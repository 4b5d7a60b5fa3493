package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import java.io.IOException;

/**
 * Forces the names in the log's folder, and counts how often that failed. After a failure the system may have dropped
 * the names it was to save, whoever asked, and call the next force a success: a name that was given before the last
 * failure never counts as durable.
 */
final class Folder {
    private final FileStore store;
    private volatile int failures;

    Folder(FileStore store) {
        this.store = store;
    }

    int failures() {
        return failures;
    }

    /** One at a time, so that a success which follows a failure knows of it. */
    synchronized void force() throws IOException {
        try {
            store.forceDirectory();
        } catch (IOException e) {
            failures = failures + 1;
            throw e;
        }
    }
}
