package io.signalbox.transports.remote.wire;

/** The bounds of a session's queue at the server, which holds them within its own. */
public record QueueBounds(int messagesMax, long bytesMax, boolean deadLetter) {}
