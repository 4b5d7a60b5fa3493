package io.signalbox.bus.message;

import org.jspecify.annotations.Nullable;

/**
 * An intention that exactly one handler carries out, usually a record.
 *
 * @param <R> what its handler answers; {@code @Nullable Void} for none
 */
public interface Command<R extends @Nullable Object> {}
