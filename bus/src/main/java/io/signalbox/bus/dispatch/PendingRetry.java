package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Reason;
import java.util.concurrent.atomic.AtomicBoolean;

/** A handler that will be tried again, unless the bus closes first. */
final class PendingRetry {
    private final Delivery delivery;
    private final HandlerSlot slot;
    private final int attempts;
    private final Throwable error;
    private final AtomicBoolean taken = new AtomicBoolean();

    PendingRetry(Delivery delivery, HandlerSlot slot, int attempts, Throwable error) {
        this.delivery = delivery;
        this.slot = slot;
        this.attempts = attempts;
        this.error = error;
    }

    void run() {
        if (taken.compareAndSet(false, true)) {
            delivery.retry(slot, attempts);
        }
    }

    void giveUp() {
        if (taken.compareAndSet(false, true)) {
            delivery.die(slot, attempts, Reason.CLOSED, error);
        }
    }
}
