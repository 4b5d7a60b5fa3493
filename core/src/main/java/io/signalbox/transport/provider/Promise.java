package io.signalbox.transport.provider;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.util.List;

/** What a transport promises for messages, before it is open. */
public interface Promise {
    Capabilities capabilities();

    /**
     * False while its server has not been asked and what it promises depends on it: then durability, archives and
     * guarantees are the least. The features of its capabilities are certain always.
     */
    default boolean isCertain() {
        return true;
    }

    /** What an accepted publish of this message has reached at least. */
    default Durability durability(Message message) {
        return capabilities().durability();
    }

    /** What it may turn out to be once its server has been asked; {@link #durability} if that is certain. */
    default Durability durabilityMax(Message message) {
        return isCertain() ? durability(message) : Durability.REPLICATED;
    }

    /** For this message, of which topic and type count. */
    Guarantees guarantees(Message message);

    /** An archive has it when its publish is accepted: written to its file at least. */
    default boolean archives(Message message) {
        return false;
    }

    /** It may turn out that an archive has it; {@link #archives} if that is certain. */
    default boolean mayArchive(Message message) {
        return archives(message);
    }

    /**
     * Filters of topics that it may promise something else for than for others. Of topics that the same of them match
     * it promises the same.
     */
    default List<TopicFilter> distinguished() {
        return List.of();
    }

    /** It is kept from taking messages until its server has been asked; {@link HeldPromise}. */
    default boolean isHeld() {
        return false;
    }

    /** What else an operator should know of this message's way. */
    default List<String> hazards(Message message) {
        return List.of();
    }

    /** One that is the same for all messages. */
    static Promise of(Capabilities capabilities, Guarantees guarantees, boolean certain) {
        Durability most = certain ? capabilities.durability() : Durability.REPLICATED;
        return new PlainPromise(capabilities, most, guarantees, certain);
    }

    /**
     * One that is the same for all messages, and not certain if the server may turn out to give more.
     *
     * @param capabilities with the least durability
     * @param most the most durability that its server may turn out to give
     */
    static Promise between(Capabilities capabilities, Durability most, Guarantees guarantees) {
        return new PlainPromise(capabilities, most, guarantees, most == capabilities.durability());
    }
}
