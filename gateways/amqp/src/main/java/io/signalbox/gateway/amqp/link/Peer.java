package io.signalbox.gateway.amqp.link;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.delivery.SharedSessions;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.util.function.Consumer;

/**
 * What all links of one connection go by.
 *
 * @param containerId the client's own name for itself (2.7.1)
 * @param fault ends the connection: a link has failed in a way that it should not
 */
public record Peer(
        AmqpConfig config,
        Transport transport,
        Authorizer authorizer,
        TimeSource time,
        Counters<AmqpCounter> counters,
        SharedSessions shared,
        Principal principal,
        String containerId,
        Channel channel,
        Outstanding outstanding,
        Consumer<Throwable> fault) {

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Runs it, and lets nothing of it reach the engine, which would swallow it. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            fault.accept(e);
        }
    }
}
