package io.signalbox.bus.session;

/** Names a value that a session keeps, and its type. */
public record StateKey<T>(String name, Class<T> type) {}
