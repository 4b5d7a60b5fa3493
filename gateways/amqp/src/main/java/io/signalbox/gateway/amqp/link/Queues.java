package io.signalbox.gateway.amqp.link;

import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.delivery.Subscription;
import io.signalbox.gateway.amqp.message.Address;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a queue is here: a durable session that is subscribed to the topic of its name. */
final class Queues {
    private static final String SESSION_PREFIX = "queue:";

    private final Peer peer;

    Queues(Peer peer) {
        this.peer = peer;
    }

    /** @throws io.signalbox.error.SignalboxException TOPIC_INVALID or TOPIC_TOO_DEEP */
    Subscription subscription(Address queue) {
        return new Subscription(
                SESSION_PREFIX + queue.name(),
                principal(),
                filter(queue.filter(), null, 0),
                SessionOptions.NEVER,
                peer.config().queues(),
                SessionOptions.UNSETTLED_MAX);
    }

    /** In whose right what belongs to no client takes messages. */
    Principal principal() {
        return Principal.user(peer.config().queueUser(), "");
    }

    static FilterSpec filter(TopicFilter filter, @Nullable StartPosition start, double speed) {
        return new FilterSpec(
                filter,
                null,
                Guarantee.AT_LEAST_ONCE,
                0,
                false,
                false,
                RetainedDelivery.NONE,
                start == null ? StartPosition.NEW : start,
                speed);
    }

    /** Completes on the connection's loop when the queue takes messages. */
    CompletionStage<Void> ensure(Address queue) {
        return peer.shared().ensure(subscription(queue), peer.loop());
    }
}
