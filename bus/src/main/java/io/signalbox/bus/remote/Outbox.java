package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a publisher leaves its messages in the transaction that they tell of, for a relay to send once it is committed.
 * Thread safe.
 *
 * <p>What the relay of an outbox promises, here as in every module that has one:
 *
 * <ul>
 *   <li>At least once: a message is removed when the transport has accepted it.
 *   <li>Messages of one ordering key go one after the other, in their order, and none past one that was not accepted.
 *       What has another key, or none, does not wait for it: the relay reads past keys that are stopped, however much
 *       of theirs comes first.
 *   <li>Nothing waits for the answer to a message of another key.
 *   <li>What the transport does not take, does not answer in time, or throws at stays, and is tried again after a pause
 *       that doubles with each time, from a second to a minute; the pause is its key's, or that of the message alone if
 *       it has no key, or its topic's when hundreds are refused there. After a refusal because the transport is busy or
 *       about to close, it is half a second.
 *   <li>What the transport will never take, however often it is asked (too large, not authorised, no legal topic), stays
 *       where it can be seen, with the reason, and is counted. What comes after it with its key waits until it was sent
 *       or somebody has deleted it.
 * </ul>
 *
 * <p>Whoever writes one has its tests in {@code OutboxContract} of the testkit.
 */
public interface Outbox {
    /** One message that waits, oldest first by its number. */
    record Entry(long number, Message message) {
        /** Its ordering key; null: none. */
        public @Nullable String key() {
            return message.properties().orderingKey();
        }
    }

    /**
     * What is not to be sent yet, or is on its way; no more than 1,000 of all together.
     *
     * @param keys ordering keys
     * @param numbers of entries without a key
     * @param topics of entries with a key or without; what comes after one of these with its key is not to be sent
     *     either
     */
    record Paused(Set<String> keys, Set<Long> numbers, Set<Topic> topics) {
        int size() {
            return keys.size() + numbers.size() + topics.size();
        }
    }

    /** Takes part in the caller's transaction, if it has one. */
    void add(Message message);

    /**
     * The oldest that are committed, were not removed or set aside, are not paused, and have no key of which one was
     * set aside. Where several processes send from one outbox, it is for this one to lease what it gives to each, and
     * all of an ordering key to the same.
     */
    List<Entry> oldest(int limit, Paused without);

    /** They were sent. */
    void remove(List<Entry> sent);

    /**
     * The transport has refused it for good. It is to be kept with the reason, and neither it nor, if it has one, what
     * follows of its key is given by {@link #oldest} until somebody has seen to it.
     *
     * @param reason code and text of the refusal
     */
    void setAside(Entry entry, String reason);
}
