package io.signalbox.configuration.hierarchy;

import io.signalbox.transports.composite.spool.SpoolConfig;
import org.jspecify.annotations.Nullable;

/**
 * The spool before a transport.
 *
 * @param refusedTo name of the transport that gets what was spooled and is then refused; null: it is logged and lost
 */
public record SpoolEntry(SpoolConfig config, @Nullable String refusedTo) {}
