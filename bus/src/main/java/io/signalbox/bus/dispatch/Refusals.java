package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.Aimd;
import java.time.Duration;

/** The texts of refusals: the value, the limit, and what to do. */
final class Refusals {
    private Refusals() {}

    static PublishResult full(int capacity) {
        return PublishResult.refused(
                Reason.QUEUE_FULL,
                "the queue of this type holds " + capacity
                        + " events and is full; slow down, raise its capacity, or choose another overflow");
    }

    static PublishResult fullAdaptive(int capacity, long waitMillis) {
        return new PublishResult.Refused(
                Reason.QUEUE_FULL,
                "the queue of this type holds " + capacity + " events and is full; come back in " + waitMillis + " ms",
                Duration.ofMillis(waitMillis));
    }

    static PublishResult rateLimited(Aimd aimd, long waitMillis) {
        return new PublishResult.Refused(
                Reason.RATE_LIMITED,
                "events of this type wait too long; " + Math.round(aimd.ratePerSecond())
                        + " a second are let in, come back in " + waitMillis + " ms",
                Duration.ofMillis(waitMillis));
    }

    static PublishResult parked(String key, int max) {
        return PublishResult.refused(
                Reason.PARKED,
                "ordering key '" + key + "' has " + max
                        + " events behind a dead letter, and takes no more; redrive or discard that one");
    }

    static PublishResult tooDeep(int depth, int max) {
        return PublishResult.refused(
                Reason.TOO_DEEP,
                "the chain of causes is " + depth + " long; the limit is " + max + "; look for an endless loop");
    }
}
