package io.signalbox.transports.composite.strategy;

import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;

/** A way out: a member, an archive, or a member's session. Nothing can be received through it. */
@FunctionalInterface
public interface Outlet {
    void publish(Message message, PublishCallback callback, long context);
}
