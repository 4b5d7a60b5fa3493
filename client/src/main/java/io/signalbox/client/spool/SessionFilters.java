package io.signalbox.client.spool;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server's session may be subscribed to, beside a spool on disk: the next version of a program may not want all
 * of it, and can then say so. A line for each, as in a URL. Thread safe.
 */
public final class SessionFilters {
    private static final Logger LOGGER = LoggerFactory.getLogger(SessionFilters.class);
    private static final String FILE = "filters";

    private final @Nullable DiskFolder folder;
    private Set<String> written;

    private SessionFilters(@Nullable DiskFolder folder, Set<String> written) {
        this.folder = folder;
        this.written = written;
    }

    /** @param directory null: it is forgotten with the process */
    public static SessionFilters in(@Nullable Path directory) {
        if (directory == null) {
            return new SessionFilters(null, Set.of());
        }
        try {
            DiskFolder folder = new DiskFolder(directory);
            return new SessionFilters(folder, folder.has(FILE) ? read(folder) : Set.of());
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.warn("what an earlier process was subscribed to is unknown: {} in {}", e.toString(), directory);
            return new SessionFilters(null, Set.of());
        }
    }

    private static Set<String> read(DiskFolder folder) throws IOException {
        return folder.readText(FILE)
                .lines()
                .map(line -> URLDecoder.decode(line, StandardCharsets.UTF_8))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    public synchronized Set<String> read() {
        return Set.copyOf(written);
    }

    /** Does nothing when it knows them; when the disk does not take them, the next time is another try. */
    public synchronized void write(Collection<String> filters) {
        Set<String> now = Set.copyOf(filters);
        if (folder == null || now.equals(written)) {
            return;
        }
        try {
            folder.writeText(
                    FILE,
                    now.stream()
                            .sorted()
                            .map(filter -> URLEncoder.encode(filter, StandardCharsets.UTF_8) + "\n")
                            .collect(Collectors.joining()));
            written = now;
        } catch (IOException e) {
            LOGGER.warn("what this client is subscribed to cannot be written down: {}", e.toString());
        }
    }
}
