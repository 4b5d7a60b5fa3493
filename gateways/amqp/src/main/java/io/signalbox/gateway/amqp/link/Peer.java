package io.signalbox.gateway.amqp.link;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.delivery.SharedSessions;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Link;

/**
 * What all links of one connection go by.
 *
 * @param containerId the client's own name for itself (2.7.1)
 * @param arriving what the engine does not get of what it reads
 * @param unsettled what the engine does not know of what is sent
 * @param abandon settles all that is unsettled on a link of which nobody will hear more: the engine would keep it
 * @param forget settles one of which the client hears no more: it has settled it
 * @param answered hears of {@link #done}
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
        Arriving arriving,
        Unsettled unsettled,
        Consumer<Link<?>> abandon,
        Consumer<IncomingDelivery> forget,
        Predicate<Link<?>> answered,
        Consumer<Throwable> fault) {

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Ends a link that is open here; the client is told why. */
    void close(Link<?> link, Condition condition, String detail) {
        abandon.accept(link);
        link.setCondition(condition.error(detail));
        link.close();
    }

    /**
     * A link was attached by this side, or refused, or never will be: nothing that would do so is waited for any more.
     *
     * @return true: its client has detached it before, and it hears that soon
     */
    boolean done(Link<?> link) {
        return answered.test(link);
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
