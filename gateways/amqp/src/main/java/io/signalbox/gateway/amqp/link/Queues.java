package io.signalbox.gateway.amqp.link;

import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.delivery.Subscription;
import io.signalbox.gateway.amqp.message.Address;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.ReservedNames;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.util.concurrent.CompletionStage;

/** What a queue is here: a durable session that is subscribed to the topic of its name. */
final class Queues {
    private final Peer peer;

    Queues(Peer peer) {
        this.peer = peer;
    }

    /** @throws SignalboxException TOPIC_INVALID or TOPIC_TOO_DEEP */
    Subscription subscription(Address queue) {
        return new Subscription(
                true,
                ReservedNames.QUEUE + queue.name(),
                principal(),
                filter(queue.filter(), StartPosition.NEW, 0),
                SessionOptions.NEVER,
                peer.config().queues(),
                SessionOptions.UNSETTLED_MAX);
    }

    /** In whose right what belongs to no client takes messages. */
    private Principal principal() {
        return Principal.user(peer.config().queueUser(), "");
    }

    static FilterSpec filter(TopicFilter filter, StartPosition start, double speed) {
        return new FilterSpec(
                filter, null, Guarantee.AT_LEAST_ONCE, 0, false, false, RetainedDelivery.NONE, start, speed);
    }

    /**
     * Completes on the connection's loop when the queue takes messages.
     *
     * @throws SignalboxException NOT_AUTHORIZED: there is none, and who may only publish may not make what others would
     *     have to clear away
     */
    CompletionStage<Void> ensure(Address address) {
        Subscription queue = subscription(address);
        if (!peer.shared().knows(queue) && !peer.authorizer().maySubscribe(peer.principal(), address.filter())) {
            throw new SignalboxException(
                    ReasonCode.NOT_AUTHORIZED,
                    "there is no queue '" + address.name() + "', and only who may receive from it may make it");
        }
        return peer.shared().ensure(queue, peer.principal(), peer.loop());
    }
}
