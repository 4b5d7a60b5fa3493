package io.signalbox.log.store;

import java.io.IOException;
import java.util.List;

/**
 * One flat folder of files. Safe for use by many threads. A name is a plain file name without separators.
 *
 * <p>A created, renamed or deleted name is durable only after {@link #forceDirectory()}; written bytes only after
 * {@link StoredFile#force}.
 */
public interface FileStore extends AutoCloseable {
    /** The folder as a person would name it, for messages. */
    String description();

    /** The names of all files, in no particular order; an absent folder has none. */
    List<String> list() throws IOException;

    /** Opens an existing file for reading and writing. */
    StoredFile open(String name) throws IOException;

    /** Opens an existing file for reading alone; needs no right to write. */
    StoredFile openReadOnly(String name) throws IOException;

    /** Creates an empty file that only its owner may read; fails if the name exists. */
    StoredFile create(String name) throws IOException;

    /** Gives a file another name, atomically, replacing what had that name. Open files stay open. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file if it exists. */
    void delete(String name) throws IOException;

    long size(String name) throws IOException;

    /** Makes creations, renames and deletions durable. */
    void forceDirectory() throws IOException;

    /** Bytes that may still be written here, as far as the system knows. */
    long usableSpace() throws IOException;

    /**
     * Creates the folder, for its owner alone, when it is absent.
     *
     * @param ours whether an existing folder that holds files may be closed to others as well; an empty one always is
     */
    void prepare(boolean ours) throws IOException;

    /**
     * Takes the folder for this process.
     *
     * @throws StoreLockedException if someone holds it, with what is known about the holder
     */
    StoreLock lock(String name) throws IOException;

    @Override
    void close() throws IOException;
}
