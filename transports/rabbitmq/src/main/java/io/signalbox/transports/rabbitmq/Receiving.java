package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Delivery;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.delivery.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an arrival of what the server hands over, and says which of it is for this session. Hot path. */
final class Receiving {
    private final MessageMapping mapping;
    private final Names names;
    private final DeadLetters deadLetters;
    private final String session;
    private final String publisher;
    private final Subscriptions subscriptions;
    private final Topics topics = new Topics(Topic::ofNative);

    Receiving(
            MessageMapping mapping, Names names, DeadLetters deadLetters, String session, Subscriptions subscriptions) {
        this.mapping = mapping;
        this.names = names;
        this.deadLetters = deadLetters;
        this.session = session;
        this.subscriptions = subscriptions;
        publisher = Names.bounded(session);
    }

    /** By which queue it came. */
    sealed interface By {
        record Heavy() implements By {}

        record Light() implements By {}

        record Share(Target target) implements By {}
    }

    /** Null if it is not for the subscriber; it is settled then. */
    @Nullable
    Arrival<Inbound> arrival(SessionChannel channel, Delivery delivery, By by) {
        var envelope = delivery.getEnvelope();
        Inbound inbound = new Inbound(
                channel,
                channel.delivered(envelope.getDeliveryTag()),
                envelope.getRoutingKey(),
                delivery.getProperties(),
                delivery.getBody());
        boolean light = isLight(envelope.getExchange());
        try {
            Topic topic = topics.of(inbound.routingKey());
            Message message = mapping.message(topic, inbound.properties(), inbound.body(), light);
            Match match = match(topic, publisher.equals(inbound.properties().getAppId()), light, by);
            if (match != null) {
                Origin origin = Origin.of(inbound.properties());
                return new Arrival<>(inbound, message, match, origin, envelope.isRedeliver());
            }
            channel.settled(inbound.open());
            channel.flush();
        } catch (RuntimeException malformed) { // whatever a stranger wrote: thrown on, it would close the channel
            deadLetters.add(inbound, DeadReason.MALFORMED, String.valueOf(malformed.getMessage()), session, 0);
        }
        return null;
    }

    private @Nullable Match match(Topic topic, boolean own, boolean light, By by) {
        return switch (by) {
            case By.Share(Target target) -> {
                FilterSpec spec = subscriptions.get(target);
                yield spec == null ? Match.plain(Guarantee.AT_LEAST_ONCE) : Subscriptions.match(List.of(spec));
            }
            case By.Light none -> {
                Match match = subscriptions.match(topic, own);
                // With a higher guarantee it comes by the other queue as well.
                yield match == null || (!light && match.guarantee() != Guarantee.AT_MOST_ONCE) ? null : match;
            }
            case By.Heavy none -> {
                Match match = subscriptions.match(topic, own);
                if (match == null && !(own && subscriptions.onlyNoLocal(topic))) {
                    // It was on its way when the subscription ended, and is still offered.
                    match = Match.plain(Guarantee.AT_LEAST_ONCE);
                }
                yield match;
            }
        };
    }

    private boolean isLight(String exchange) {
        return exchange.equals(names.lightTopics()) || exchange.equals(names.lightSystemTopics());
    }
}
