package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.retry.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One handler, made ready to be called for events of one class.
 *
 * @param session id of the one that it is registered in; null: in the bus
 * @param batcher the body is not called but the event is put there; null: no batches
 * @param timeoutNanos 0: none
 */
record HandlerSlot(
        HandlerEntry entry,
        @Nullable String session,
        Body body,
        @Nullable Batcher batcher,
        long timeoutNanos,
        RetryPolicy retry) {
    String name() {
        return entry.name();
    }

    /** Where several have one name: no two of one type in one place do. */
    String fullName() {
        return session == null ? entry.toString() : entry + " in session " + session;
    }

    boolean isPlain() {
        return batcher == null && timeoutNanos == 0;
    }
}
