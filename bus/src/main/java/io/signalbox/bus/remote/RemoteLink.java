package io.signalbox.bus.remote;

import io.signalbox.bus.deadletter.DeadLetterStore;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.parts.Answering;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One bus's place on a transport. Events go to their topic and come back to everybody who subscribes, this process
 * included. A command goes to its topic, where the processes that handle it form a share group, so that one of them
 * gets it; its answer comes to a topic of this process's own. A command of a session goes to the session's handlers
 * first, wherever they are.
 */
public final class RemoteLink implements Outbound, AutoCloseable {
    private static final Duration RELAY_INTERVAL = Duration.ofMillis(50);

    private final Transport transport;
    private final RemoteOptions options;
    private final Scheduler scheduler;
    private final WireForm wire;
    private final Connection connection;
    private final CarriedTypes types;
    private final Subscriptions subscriptions;
    private final Requests requests;
    private final Topic replies;
    private final @Nullable OutboxRelay relay;

    private @Nullable Arrivals arrivals;
    private @Nullable Receiver receiver;

    public RemoteLink(Transport transport, RemoteOptions options, Scheduler scheduler) {
        this.transport = transport;
        this.options = options;
        this.scheduler = scheduler;
        wire = new WireForm(options.codec());
        connection = new Connection(transport, scheduler);
        types = new CarriedTypes(options.types());
        subscriptions = new Subscriptions(connection, types, this::hasItsFirstHandler);
        requests = new Requests(scheduler, options);
        replies = Topics.replies(options.name());
        relay = options.outbox() == null
                ? null
                : new OutboxRelay(options.outbox(), transport, scheduler, RELAY_INTERVAL);
    }

    /**
     * Opens the session.
     *
     * @throws io.signalbox.error.SignalboxException if the transport refuses it
     */
    public void start(Arrivals to) {
        arrivals = to;
        SessionOptions place = options.durable()
                ? SessionOptions.durableSession(options.name())
                : SessionOptions.transientSession(options.name());
        Receiver receiving = new Receiver(this, to, wire, options, scheduler, requests);
        receiver = receiving;
        connection.open(place.withUnsettledMax(options.unsettledMax()), receiving);
        try {
            connection.subscribe(List.of(FilterSpec.of(TopicFilter.exactly(replies), Guarantee.AT_MOST_ONCE)));
        } catch (RuntimeException refused) {
            connection.close(!options.durable());
            throw refused;
        }
        if (relay != null) {
            relay.start();
        }
    }

    /** Where this bus's dead letters outlive it; null if it has no name to find them by, or the transport no place. */
    public @Nullable DeadLetterStore deadLetterStore() {
        return options.named() && RetainedLetters.fit(transport)
                ? new RetainedLetters(transport, options.name(), new LetterForm(wire), scheduler)
                : null;
    }

    Connection connection() {
        return connection;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Will a handler for this topic still be registered? Only of a durable session there is something to wait for. */
    boolean mayStillRegister(Topic topic) {
        return options.durable() && !subscriptions.hadType(topic);
    }

    /**
     * A handler was registered; returns when its subscriptions are in force.
     *
     * @param session null: in the bus itself
     */
    public Registration registered(HandlerEntry entry, @Nullable String session) {
        return subscriptions.add(entry, session);
    }

    /** The classes that a handler of this one may be told of, as far as they are known. */
    public Set<Class<?>> below(Class<?> handled) {
        return types.below(handled);
    }

    private void hasItsFirstHandler(Topic topic) {
        Receiver receiving = Objects.requireNonNull(receiver);
        connection.inLane(() -> receiving.registered(topic));
    }

    // ---- sending

    @Override
    public boolean carries(Class<?> type) {
        return CarriedTypes.carries(type);
    }

    @Override
    public PublishResult publish(Envelope<?> event) {
        MessageType type = MessageType.of(event.message().getClass());
        Message message = wire.message(event, type.topic(), wire.ofEvent(event).build());
        if (options.outbox() != null) {
            options.outbox().add(message);
            return PublishResult.ACCEPTED;
        }
        SentEvent sent = new SentEvent(event, Objects.requireNonNull(arrivals));
        transport.publish(message, sent, 0);
        return sent.answer();
    }

    @Override
    public CompletionStage<CommandResult<?>> execute(Envelope<?> command) {
        Requests.Request request = requests.open(command);
        send(command, request, places(command).iterator());
        return request.result();
    }

    /** The handlers of the session, of the sessions around it, and at last of the buses. */
    private static List<Topic> places(Envelope<?> command) {
        MessageType type = MessageType.of(command.message().getClass());
        List<Topic> places = new ArrayList<>();
        for (SessionRef at = command.meta().session(); at != null; at = at.parent()) {
            places.add(Topics.inSession(at.id(), type));
        }
        places.add(type.topic());
        return places;
    }

    private void send(Envelope<?> command, Requests.Request request, Iterator<Topic> places) {
        Message message = wire.message(command, places.next(), asking(command));
        request.whenNobodyIsThere(places.hasNext() ? () -> send(command, request, places) : null);
        transport.publish(message, request, 0);
    }

    private MessageProperties asking(Envelope<?> envelope) {
        return wire.unlikeAnyOther(envelope, MessageKind.COMMAND)
                .replyTo(replies.text())
                .correlation(WireForm.bytes(envelope.id()))
                .build();
    }

    @Override
    public void cancel(Envelope<?> command) {
        requests.forget(command.id());
        MessageProperties properties = MessageProperties.builder()
                .kind(MessageKind.NOTIFICATION)
                .correlation(WireForm.bytes(command.id()))
                .build();
        MessageType type = MessageType.of(command.message().getClass());
        transport.publish(
                Message.to(Topics.cancels(type)).properties(properties).build(), PublishCallback.IGNORE, 0);
    }

    @Override
    public Runnable ask(Envelope<?> query, Answering answers) {
        Requests.Round round = requests.open(query, answers);
        MessageType type = MessageType.of(query.message().getClass());
        Message message = wire.message(query, type.topic(), asking(query));
        // In the session's name: its own subscription to the topic is for the questions of others.
        connection.withSession(session -> session.publish(message, 0, round, 0));
        return () -> requests.forget(query.id());
    }

    /** Where the reply goes, and that it is from here. */
    Message replyTo(Topic topic, byte @Nullable [] correlation) {
        return Message.to(topic)
                .properties(MessageProperties.builder()
                        .id(MessageIds.next(scheduler.nowMillis()))
                        .kind(MessageKind.RESPONSE)
                        .from(options.name())
                        .correlation(correlation)
                        .build())
                .build();
    }

    /** @param sent run when the transport has answered for it, either way */
    void reply(Message reply, Runnable sent) {
        transport.publish(reply).whenComplete((receipt, refused) -> sent.run());
    }

    // ---- the end

    /** What is with handlers is still settled, and the answers that they wait for come in; nothing new is taken. */
    public void stopReceiving() {
        connection.inLane(Objects.requireNonNull(receiver)::stop);
    }

    @Override
    public void close() {
        if (relay != null) {
            relay.close();
        }
        requests.close();
        connection.close(!options.durable());
    }
}
