package io.signalbox.codecs.encrypt;

import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A keyset in a file that its owner alone may read:
 *
 * <pre>
 * {"primary": "2026-11", "keys": [
 *   {"kid": "2026-11", "key": "base64 of 32 bytes"},
 *   {"kid": "billing-1", "key": "...", "entity": "billing"}]}
 * </pre>
 *
 * <p>Whoever asks for a key looks at the file's date, once a second at most, and at once for a key that is not known; a
 * changed file is read then, so a new primary and a retired key take effect with the next message. Rotate by adding the
 * key everywhere, then making it the primary. A file that cannot be read leaves the keys as they were until it can:
 * {@link #problem} and the log say so.
 */
public final class FileKeyset implements KeyProvider {
    private static final Logger LOGGER = LoggerFactory.getLogger(FileKeyset.class);
    private static final long LOOK_EVERY_MILLIS = 1_000;

    private final Path file;
    private final TimeSource time;
    private final AtomicLong lookedMillis;
    private volatile State state;

    /** @param mark of the file that was read, or could not be; null: there was none */
    private record State(
            Keyset keys, @Nullable Mark mark, @Nullable String problem) {}

    /** By which a file that was changed is known. */
    private record Mark(
            FileTime changed, long bytes, @Nullable Object inode) {}

    private FileKeyset(Path file, TimeSource time, State state) {
        this.file = file;
        this.time = time;
        this.state = state;
        lookedMillis = new AtomicLong(time.millis());
    }

    /** @throws IllegalArgumentException if it is no keyset, or others may read it; the text shows no key */
    public static FileKeyset open(Path file) {
        return open(file, TimeSource.monotonic());
    }

    static FileKeyset open(Path file, TimeSource time) {
        return new FileKeyset(file, time, read(file, mark(file)));
    }

    /**
     * Reads the file, changed or not.
     *
     * @throws IllegalArgumentException as {@link #open}; the keys stay as they were
     */
    public synchronized void reload() {
        state = read(file, mark(file));
    }

    /** Why the file as it is now is not what is used; empty while it is. */
    public Optional<String> problem() {
        return Optional.ofNullable(state.problem);
    }

    @Override
    public KeyEncryptionKey current(@Nullable String entity) {
        return keys().current(entity);
    }

    @Override
    public @Nullable KeyEncryptionKey find(String kid) {
        KeyEncryptionKey known = keys().find(kid);
        return known != null ? known : look(false).find(kid);
    }

    /** One of those who come when it is time again looks; the others need not wait for it. */
    private Keyset keys() {
        long now = time.millis();
        long looked = lookedMillis.get();
        return now - looked >= LOOK_EVERY_MILLIS && lookedMillis.compareAndSet(looked, now) ? look(true) : state.keys;
    }

    /**
     * Costs one look at the file's date, so unknown key ids are no way to make it read all the time.
     *
     * @param again also what could not be read is read once more, changed or not
     */
    private synchronized Keyset look(boolean again) {
        Mark mark = mark(file);
        if (!Objects.equals(mark, state.mark) || (again && state.problem != null)) {
            try {
                state = read(file, mark);
                LOGGER.info("keyset {} has changed and is in use", file);
            } catch (IllegalArgumentException unreadable) {
                String problem = unreadable.getMessage();
                if (!Objects.equals(problem, state.problem)) {
                    LOGGER.warn("keys stay as they were: {}", problem);
                }
                state = new State(state.keys, mark, problem);
            }
        }
        return state.keys;
    }

    private static @Nullable Mark mark(Path file) {
        try {
            BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
            return new Mark(of.lastModifiedTime(), of.size(), of.fileKey());
        } catch (IOException absent) {
            return null;
        }
    }

    /** @param mark of before: a change while it is read is read again */
    private static State read(Path file, @Nullable Mark mark) {
        return new State(KeysetFile.read(file), mark, null);
    }
}
