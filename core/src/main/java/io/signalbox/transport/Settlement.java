package io.signalbox.transport;

import java.time.Duration;

/** How a delivery ends, in AMQP 1.0's words (3.4). */
public sealed interface Settlement {
    Settlement ACCEPTED = new Accepted();
    Settlement RELEASED = new Released(Duration.ZERO);

    /** Done: the message leaves the queue. */
    record Accepted() implements Settlement {}

    /**
     * Given back without blame: offered again after the delay, the delivery count stays. With a delay, what came later
     * with its topic and ordering key waits for it, as behind one that failed.
     *
     * @param delay ZERO: at once; otherwise only for a transport with {@code DELAYED_REDELIVERY}
     */
    record Released(Duration delay) implements Settlement {}

    /** Failed: the delivery count grows; offered again after the delay, or dead-lettered at the limit. */
    record Modified(Duration delay, String error) implements Settlement {}

    /** Failed for good: straight to the dead letters. */
    record Rejected(String reason) implements Settlement {}
}
