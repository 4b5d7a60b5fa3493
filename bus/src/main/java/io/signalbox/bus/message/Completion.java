package io.signalbox.bus.message;

import org.jspecify.annotations.Nullable;

/**
 * Told once when an event that came from outside is at its end. Who has one keeps dead letters himself: the bus makes
 * none for such an event.
 */
public interface Completion {
    void handled();

    /** Not handled, or not by all of its handlers. */
    void failed(Reason reason, @Nullable Throwable error);
}
