package io.signalbox.log.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file. Reads, writes and forces may run at the same time on several threads. */
public interface StoredFile extends Closeable {
    /**
     * Reads up to {@code target.remaining()} bytes from the byte offset, as many as the file has.
     *
     * @return the count, 0 at or past the end of the file
     */
    int read(ByteBuffer target, long offset) throws IOException;

    /** Writes all remaining bytes at the byte offset; after a failure any part of them may have been written. */
    void write(ByteBuffer source, long offset) throws IOException;

    /** {@code fdatasync}, or {@code fsync} when {@code metadata} is true. */
    void force(boolean metadata) throws IOException;

    long size() throws IOException;
}
