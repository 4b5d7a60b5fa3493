package io.signalbox.log.store;

import java.io.IOException;

/** The right to write to a folder, until closed or until the process ends. */
public interface StoreLock extends AutoCloseable {
    @Override
    void close() throws IOException;
}
