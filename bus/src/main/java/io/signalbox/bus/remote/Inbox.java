package io.signalbox.bus.remote;

/**
 * What a receiver has handled, so that a message that is delivered twice is handled once. It must remember for longer
 * than the transport may deliver again; one that is written in the handler's own transaction makes the two effects one.
 * Thread safe. Whoever writes one has its tests in {@code InboxContract} of the testkit.
 */
public interface Inbox {
    /** @param consumer the bus's name: each has its own */
    boolean isHandled(String consumer, String messageId);

    /** Called when all handlers have succeeded, before the delivery is settled. */
    void handled(String consumer, String messageId);
}
