package io.signalbox.bus.message;

/** A fact about what has happened, usually a record; any number of handlers hear of it. */
public interface Event {}
