package io.signalbox.gateway.amqp.link;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.delivery.Stages;
import io.signalbox.gateway.amqp.message.Address;
import io.signalbox.gateway.amqp.message.IncomingMessage;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of one link go: to its target's address, or, on an anonymous relay, each to the address it names
 * itself. Owned by the connection's loop. Hot path.
 */
final class Destination {
    private static final int KNOWN_MAX = 256;

    private final Peer peer;
    private final Queues queues;

    /** Null: an anonymous relay. */
    private final @Nullable Place target;

    private final Map<String, Place> known = new HashMap<>();

    /** Behind a message whose queue is being made: the order of a link's messages stays. */
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();

    private boolean making;

    /** A topic, and the last answer whether it may be published to. */
    static final class Place {
        final Address address;
        final Topic topic;
        boolean exists;
        boolean asked;
        boolean allowed;
        long epoch;

        Place(Address address) {
            this.address = address;
            this.topic = address.topic();
            this.exists = address.kind() == Address.Kind.TOPIC;
        }

        boolean isQueue() {
            return address.kind() == Address.Kind.QUEUE;
        }

        /** Before the next message, the queue is made sure of. */
        void mayBeGone() {
            exists = !isQueue();
        }
    }

    Destination(Peer peer, Queues queues, @Nullable Address target) {
        this.peer = peer;
        this.queues = queues;
        this.target = target == null ? null : new Place(target);
    }

    /** The queue of the link's target has been made sure of. */
    Destination existing() {
        if (target != null) {
            target.exists = true;
        }
        return this;
    }

    void publish(IncomingMessage message, Consumer<Place> publish, Consumer<Refusal> refuse) {
        if (making) {
            held.add(() -> publishNow(message, publish, refuse));
        } else {
            publishNow(message, publish, refuse);
        }
    }

    private void publishNow(IncomingMessage message, Consumer<Place> publish, Consumer<Refusal> refuse) {
        try {
            Place place = place(message);
            if (!mayPublish(place)) {
                refuse.accept(new Refusal(ReasonCode.NOT_AUTHORIZED, "publishing there is not permitted"));
            } else if (place.exists) {
                publish.accept(place);
            } else {
                make(place, message, publish, refuse);
            }
        } catch (SignalboxException e) {
            refuse.accept(new Refusal(e.reason(), String.valueOf(e.getMessage())));
        }
    }

    private Place place(IncomingMessage message) {
        if (target != null) {
            return target;
        }
        String to = message.to();
        if (to == null || to.isEmpty()) {
            throw new SignalboxException(
                    ReasonCode.TOPIC_INVALID, "a message on an anonymous relay must say where it goes, in 'to'");
        }
        return place(Address.parse(to, false));
    }

    private Place place(Address address) {
        Place place = known.get(address.kind() + address.name());
        if (place == null) {
            place = new Place(address);
            if (known.size() >= KNOWN_MAX) {
                known.clear();
            }
            known.put(address.kind() + address.name(), place);
        }
        return place;
    }

    private boolean mayPublish(Place place) {
        long now = peer.authorizer().epoch();
        if (!place.asked || place.epoch != now) {
            place.allowed = peer.authorizer().mayPublish(peer.principal(), place.topic);
            place.epoch = now;
            place.asked = true;
        }
        return place.allowed;
    }

    private void make(Place place, IncomingMessage message, Consumer<Place> publish, Consumer<Refusal> refuse) {
        CompletionStage<Void> made = queues.ensure(place.address);
        making = true;
        made.whenComplete((nothing, error) -> peer.guarded(() -> {
            making = false;
            if (error == null) {
                place.exists = true;
                publishNow(message, publish, refuse);
            } else {
                SignalboxException why = Stages.cause(error);
                refuse.accept(new Refusal(why.reason(), String.valueOf(why.getMessage())));
            }
            while (!making && !held.isEmpty()) {
                held.remove().run();
            }
        }));
    }
}
