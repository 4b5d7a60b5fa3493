package io.signalbox.message;

/** What a message means to its receiver. The ordinal is stored on disk: add at the end only. */
public enum MessageKind {
    EVENT,
    COMMAND,
    RESPONSE,
    NOTIFICATION
}
