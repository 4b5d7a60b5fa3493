package io.signalbox.access;

/** What a permission is about. */
public enum Action {
    PUBLISH,
    SUBSCRIBE,
    ADMIN
}
