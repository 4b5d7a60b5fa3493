package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import java.util.List;

/**
 * Where a publisher leaves its messages in the transaction that they tell of, for {@link OutboxRelay} to send once it is
 * committed. Thread safe.
 */
public interface Outbox {
    /** One message that waits, oldest first by its number. */
    record Entry(long number, Message message) {}

    /** Takes part in the caller's transaction, if it has one. */
    void add(Message message);

    /**
     * The oldest that are committed and were not removed. Where several processes send from one outbox, it is for this
     * one to lease what it gives to each, and all of an ordering key to the same.
     */
    List<Entry> oldest(int limit);

    /** They were sent. */
    void remove(List<Entry> sent);
}
