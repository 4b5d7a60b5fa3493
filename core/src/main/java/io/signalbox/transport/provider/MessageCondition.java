package io.signalbox.transport.provider;

import io.signalbox.message.Message;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides about messages. Thread safe. */
@FunctionalInterface
public interface MessageCondition {
    /**
     * @param payload decodes the payload to maps, lists, texts and numbers; asked only if the condition is about it
     * @throws RuntimeException if it cannot be decided for this message
     */
    boolean holds(Message message, Supplier<@Nullable Object> payload);
}
