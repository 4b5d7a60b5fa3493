package io.signalbox.transports.composite.bridge;

import io.signalbox.message.Message;
import org.jspecify.annotations.Nullable;

/** What a message becomes on the other side: another topic, another codec. Pure, and quick: it runs for each message. */
@FunctionalInterface
public interface BridgeMapping {
    BridgeMapping AS_IT_IS = message -> message;

    /**
     * @return null: this message does not cross
     * @throws RuntimeException the message cannot be mapped: it goes to the source's dead letters, with the text
     */
    @Nullable
    Message map(Message message);

    /** First this, then that. */
    default BridgeMapping then(BridgeMapping next) {
        return message -> {
            Message mapped = map(message);
            return mapped == null ? null : next.map(mapped);
        };
    }
}
