package io.signalbox.transports.memory;

import io.signalbox.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A publish, as it was asked for.
 *
 * @param session who published; null: nobody's session
 * @param atNanos {@link System#nanoTime()} of the call
 */
public record Publication(@Nullable String session, Message message, long atNanos) {}
