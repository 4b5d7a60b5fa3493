package io.signalbox.bus.message;

import org.jspecify.annotations.Nullable;

/**
 * An intention that exactly one handler carries out, usually a record.
 *
 * @param <R> what its handler answers; {@link Void} for an answer of null
 */
public interface Command<R extends @Nullable Object> {}
