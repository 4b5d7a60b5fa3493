package io.signalbox.transport.provider;

import java.time.Duration;

/**
 * What a server says of itself.
 *
 * @param version product and version, such as {@code Redis 7.0.15}
 * @param responseTime from the question until the answer, connecting included
 */
public record ServerAnswer(String version, Duration responseTime) {}
