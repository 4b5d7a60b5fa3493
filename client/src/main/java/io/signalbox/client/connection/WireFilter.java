package io.signalbox.client.connection;

import org.jspecify.annotations.Nullable;

/**
 * A subscription as the server is asked for it.
 *
 * @param filter in MQTT's form, with {@code $share/group/} where it is shared
 * @param qos 0, 1 or 2
 * @param from where in the past it begins, as the server reads it; null: now
 * @param speed how fast the past goes by; null: at once
 * @param retained whether retained messages are sent first
 * @param noLocal not what this client publishes itself
 */
public record WireFilter(
        String filter,
        int qos,
        @Nullable String from,
        @Nullable String speed,
        boolean retained,
        boolean noLocal) {}
