package io.signalbox.bus.lifecycle;

import io.signalbox.bus.message.Event;

/** @param undelivered messages that were still pending, and are dead letters now or soon */
public record SessionEnded(String sessionId, long undelivered) implements Event {}
