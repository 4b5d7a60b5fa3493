package io.signalbox.bus.handler;

import io.signalbox.bus.message.Envelope;

/**
 * Hears of every attempt that failed, on the thread that made it, before the retry or the dead letter. What it throws
 * itself is swallowed and counted: an error of one handler never reaches another.
 */
@FunctionalInterface
public interface ErrorHandler {
    /** @param attempts made so far, this one included */
    void onError(Envelope<?> envelope, String handler, Throwable error, int attempts);
}
