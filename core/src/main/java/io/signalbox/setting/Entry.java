package io.signalbox.setting;

/**
 * One value as it was written.
 *
 * @param where for people, such as "signalbox.yaml line 3"
 */
public record Entry(String text, String where) {}
