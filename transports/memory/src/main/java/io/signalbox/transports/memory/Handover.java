package io.signalbox.transports.memory;

import io.signalbox.message.Message;

/**
 * A delivery, as its subscriber saw it.
 *
 * @param atNanos {@link System#nanoTime()} of the call
 */
public record Handover(String session, Message message, int deliveryCount, boolean redelivered, long atNanos) {}
