package io.signalbox.bus.middleware;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.registry.HandlerEntry;

/** One attempt to tell one handler of an event. */
public record EventCall<E>(E event, Envelope<?> envelope, HandlerEntry handler) {
    /** The same call with another event in its place, of a class that the handler takes. */
    public EventCall<E> withEvent(E other) {
        return new EventCall<>(other, envelope.withMessage(other), handler);
    }
}
