package io.signalbox.transport.provider;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.util.List;

/** What a transport promises for messages, before it is open. */
public interface Promise {
    Capabilities capabilities();

    /**
     * False while its server has not been asked and what it promises depends on it: then this is the least.
     */
    default boolean isCertain() {
        return true;
    }

    /** What an accepted publish of this message has reached. */
    default Durability durability(Message message) {
        return capabilities().durability();
    }

    /** For this message, of which topic and type count. */
    Guarantees guarantees(Message message);

    /** An archive has it when its publish is accepted. */
    default boolean archives(Message message) {
        return false;
    }

    /** What else an operator should know of this message's way. */
    default List<String> hazards(Message message) {
        return List.of();
    }

    /** One that is the same for all messages. */
    static Promise of(Capabilities capabilities, Guarantees guarantees, boolean certain) {
        return new PlainPromise(capabilities, guarantees, certain);
    }
}
