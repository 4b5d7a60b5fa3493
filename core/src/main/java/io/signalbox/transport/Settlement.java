package io.signalbox.transport;

import java.time.Duration;

/** How a delivery ends, in AMQP 1.0's words (3.4). */
public sealed interface Settlement {
    Settlement ACCEPTED = new Accepted();
    Settlement RELEASED = new Released();

    /** Done: the message leaves the queue. */
    record Accepted() implements Settlement {}

    /** Given back without blame: offered again, the delivery count stays. */
    record Released() implements Settlement {}

    /** Failed: the delivery count grows; offered again after the delay, or dead-lettered at the limit. */
    record Modified(Duration delay, String error) implements Settlement {}

    /** Failed for good: straight to the dead letters. */
    record Rejected(String reason) implements Settlement {}
}
