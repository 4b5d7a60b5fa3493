package io.signalbox.bus.lifecycle;

import io.signalbox.bus.message.Event;

public record SessionStarted(String sessionId) implements Event {}
