package io.signalbox.client.application;

import org.jspecify.annotations.Nullable;

/** Takes messages, one at a time, on a virtual thread. */
@FunctionalInterface
public interface MessageListener<T> {
    /** @param source who sent it; null: a client that did not say. What it says is what the client says, not proved */
    void onMessage(T message, @Nullable Identity source, MessageContext context) throws Exception;
}
