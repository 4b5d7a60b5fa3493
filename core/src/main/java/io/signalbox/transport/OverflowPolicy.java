package io.signalbox.transport;

/** What happens to a message for a session whose queue is full. Each drop is counted with its reason. */
public enum OverflowPolicy {
    DROP_OLDEST,
    /** The publish is refused with QUEUE_FULL: nobody gets the message. */
    REJECT_PUBLISH,
    /** The bound is on memory alone: the queue goes on in the log until the log's own limits. */
    SPILL,
    DEAD_LETTER
}
