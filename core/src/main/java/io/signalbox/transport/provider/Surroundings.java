package io.signalbox.transport.provider;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.util.function.Function;

/**
 * What a transport is opened among.
 *
 * @param name that it is configured by
 * @param part the open transport of a name in {@link TransportPlan#parts()}; whoever gets it may close it, which does
 *     nothing: it may have other users
 */
public record Surroundings(String name, TimeSource time, WhenAbsent whenAbsent, Function<String, Transport> part) {}
