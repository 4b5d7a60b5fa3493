package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.codec.CodecException;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One bus's place on a transport. Events go to their topic and come back to everybody who subscribes, this process
 * included. A command goes to its topic, where the processes that handle it form a share group, so that one of them
 * gets it; its answer comes to a topic of this process's own.
 */
public final class RemoteLink implements Outbound, AutoCloseable {
    private static final String HANDLERS = "handlers";
    private static final Duration SETTLE_IN = Duration.ofSeconds(10);

    private final Transport transport;
    private final RemoteOptions options;
    private final Scheduler scheduler;
    private final WireForm wire;
    private final SchedulerLane lane;
    private final Requests requests;
    private final Topic replies;
    private final @Nullable OutboxRelay relay;
    /** By text of the topic: what its messages are decoded to, and how many registrations need it. */
    private final ConcurrentHashMap<String, Subscribed> subscribed = new ConcurrentHashMap<>();

    private final CompletableFuture<Session> opened = new CompletableFuture<>();
    /** Topics that had a registration once: what still comes for one without is late, and not early. */
    private final Set<String> everSubscribed = ConcurrentHashMap.newKeySet();

    private @Nullable Arrivals arrivals;
    private @Nullable Receiver receiver;

    record Subscribed(Class<?> type, int registrations) {}

    public RemoteLink(Transport transport, RemoteOptions options, Scheduler scheduler) {
        this.transport = transport;
        this.options = options;
        this.scheduler = scheduler;
        wire = new WireForm(options.codec());
        lane = new SchedulerLane(scheduler);
        requests = new Requests(scheduler, options);
        replies = Topic.ofMqtt("bus-replies/" + options.name());
        relay = options.outbox() == null
                ? null
                : new OutboxRelay(options.outbox(), transport, scheduler, Duration.ofMillis(50));
    }

    /**
     * Opens the session.
     *
     * @throws SignalboxException if the transport refuses it
     */
    public void start(Arrivals to) {
        arrivals = to;
        SessionOptions place = options.durable()
                ? SessionOptions.durableSession(options.name())
                : SessionOptions.transientSession(options.name());
        Receiver receiving = new Receiver(this, to, wire, options, scheduler, requests);
        receiver = receiving;
        transport
                .open(place.withUnsettledMax(options.unsettledMax()), lane, receiving)
                .whenComplete((session, refused) -> {
                    if (refused != null) {
                        opened.completeExceptionally(refused);
                    } else {
                        opened.complete(session);
                    }
                });
        await(opened);
        subscribe(FilterSpec.of(TopicFilter.exactly(replies), Guarantee.AT_MOST_ONCE));
        if (relay != null) {
            relay.start();
        }
    }

    private Session session() {
        return await(opened);
    }

    /** On the lane, once there is a session. */
    void withSession(Consumer<Session> action) {
        opened.thenAcceptAsync(action, lane);
    }

    /** Will a handler for this topic still be registered? Only of a durable session there is something to wait for. */
    boolean mayStillRegister(Topic topic) {
        return options.durable() && !everSubscribed.contains(topic.text());
    }

    @Nullable
    Class<?> typeOn(Topic topic) {
        Subscribed known = subscribed.get(topic.text());
        return known == null ? null : known.type();
    }

    // ---- registrations

    @Override
    public boolean carries(Class<?> type) {
        return MessageType.of(type).scope() == io.signalbox.bus.message.Message.Scope.EVERYWHERE;
    }

    /** A handler for that class was registered; returns when its subscription is in force. */
    public void registered(Class<?> type, boolean command) {
        if (!carries(type)) {
            return;
        }
        Topic topic = MessageType.of(type).topic();
        boolean[] first = {false};
        subscribed.compute(topic.text(), (text, known) -> {
            if (known != null && known.type() != type) {
                throw new IllegalStateException("topic " + text + " is that of "
                        + known.type().getName() + " and cannot be that of " + type.getName() + " too");
            }
            first[0] = known == null;
            return new Subscribed(type, known == null ? 1 : known.registrations() + 1);
        });
        if (first[0]) {
            FilterSpec spec = FilterSpec.of(TopicFilter.exactly(topic), Guarantee.AT_LEAST_ONCE);
            subscribe(command ? spec.withShareGroup(HANDLERS) : spec);
            everSubscribed.add(topic.text());
            Receiver receiving = Objects.requireNonNull(receiver);
            lane.execute(() -> receiving.registered(topic));
        }
    }

    public void unregistered(Class<?> type, boolean command) {
        if (!carries(type)) {
            return;
        }
        Topic topic = MessageType.of(type).topic();
        Subscribed left = subscribed.computeIfPresent(
                topic.text(),
                (text, known) -> known.registrations() == 1 ? null : new Subscribed(type, known.registrations() - 1));
        if (left == null) {
            Session.Target target = new Session.Target(TopicFilter.exactly(topic), command ? HANDLERS : null);
            await(session().unsubscribe(List.of(target)));
        }
    }

    private void subscribe(FilterSpec spec) {
        List<@Nullable Refusal> refusals = await(session().subscribe(List.of(spec)));
        Refusal refusal = refusals.getFirst();
        if (refusal != null) {
            throw refusal.toException();
        }
    }

    private <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            if (!scheduler.await(future, SETTLE_IN.toNanos())) {
                throw new IllegalStateException(
                        "transport '" + transport.name() + "' did not answer within " + SETTLE_IN);
            }
            return future.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for transport '" + transport.name() + "'", e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof SignalboxException refused ? refused : e;
        }
    }

    // ---- sending

    @Override
    public PublishResult publish(Envelope<?> event) {
        MessageType type = MessageType.of(event.message().getClass());
        Message message = wire.message(
                event, type, wire.properties(event, MessageKind.EVENT, type).build());
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
        Class<?> commandClass = command.message().getClass();
        MessageType type = MessageType.of(commandClass);
        Requests.Request request = requests.open(command, AnswerType.of(commandClass));
        MessageProperties properties = wire.properties(command, MessageKind.COMMAND, type)
                .replyTo(replies.text())
                .correlation(WireForm.bytes(request.id()))
                .build();
        transport.publish(wire.message(command, type, properties), request, 0);
        return request.result();
    }

    void reply(CommandResult<?> result, String replyTo, byte @Nullable [] correlation, Runnable sent) {
        Message head = Message.to(Topic.ofMqtt(replyTo))
                .properties(MessageProperties.builder()
                        .id(MessageIds.next(scheduler.nowMillis()))
                        .from(options.name())
                        .correlation(correlation)
                        .build())
                .build();
        Message reply;
        try {
            reply = Reply.of(result, head, options.codec());
        } catch (IllegalArgumentException | CodecException cannotBeWritten) {
            reply = Reply.of(new CommandResult.Failure<>(cannotBeWritten, 1, null), head, options.codec());
        }
        transport.publish(reply).whenComplete((receipt, refused) -> sent.run());
    }

    /** What is with handlers is still settled; nothing new is taken. */
    public void stopReceiving() {
        withSession(session -> session.writable(false));
    }

    @Override
    public void close() {
        if (relay != null) {
            relay.close();
        }
        requests.close();
        if (!options.durable()) {
            await(session().remove());
            return;
        }
        CompletableFuture<Void> detached = new CompletableFuture<>();
        withSession(session -> {
            session.detach(true);
            detached.complete(null);
        });
        await(detached);
    }

    /** An event on its way; what the transport says after {@link #answer()} was given is told to the bus. */
    private static final class SentEvent implements PublishCallback {
        private final Envelope<?> event;
        private final Arrivals arrivals;
        private @Nullable PublishResult known;
        private boolean answered;

        SentEvent(Envelope<?> event, Arrivals arrivals) {
            this.event = event;
            this.arrivals = arrivals;
        }

        synchronized PublishResult answer() {
            answered = true;
            return known == null ? PublishResult.ACCEPTED : known;
        }

        @Override
        public synchronized void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            known = outcome == Receipt.Outcome.NO_SUBSCRIBERS ? PublishResult.NO_SUBSCRIBERS : PublishResult.ACCEPTED;
        }

        @Override
        public void refused(long context, Refusal refusal) {
            String detail = refusal.reason().code() + ": " + refusal.detail();
            synchronized (this) {
                if (!answered) {
                    known = PublishResult.refused(Reason.TRANSPORT, detail);
                    return;
                }
            }
            arrivals.lost(event, Reason.TRANSPORT, detail);
        }
    }
}
