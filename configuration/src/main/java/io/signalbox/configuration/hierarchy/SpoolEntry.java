package io.signalbox.configuration.hierarchy;

import io.signalbox.transports.composite.spool.SpoolConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The spool before a transport.
 *
 * @param refusedTo name of the transport that gets what was spooled and is then refused; null: it is kept in a folder of
 *     the spool's
 */
public record SpoolEntry(SpoolConfig config, @Nullable String refusedTo) {
    /** For what is refused, unless it goes to another transport. */
    Path refusedFolder() {
        return config.directory().resolve("refused");
    }
}
