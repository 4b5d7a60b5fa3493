package io.signalbox.bus.command;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.retry.RetryPolicy;

/**
 * The handler of a command, made ready to be called.
 *
 * @param direct the body answers the value itself and not a result
 * @param timeoutMillis of handler or type, the shorter; 0: none
 */
record CommandTarget(HandlerEntry.OfCommand entry, Body body, boolean direct, long timeoutMillis, RetryPolicy retry) {
    /** With the deadline that handler or type demand, if it has no earlier one. */
    <M> Envelope<M> limited(Envelope<M> envelope, long nowMillis) {
        return timeoutMillis == 0 ? envelope : envelope.withDeadlineAtMost(nowMillis + timeoutMillis);
    }

    boolean isPlain() {
        return direct && timeoutMillis == 0 && retry.maxRetries() == 0;
    }
}
