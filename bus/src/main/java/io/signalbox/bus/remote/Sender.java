package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.parts.Answering;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Transport;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends over the link. Events go to their topic and come back to everybody who subscribes, this process included. A
 * command goes to its topic, where the processes that handle it form a share group, so that one of them gets it; its
 * answer comes to a topic of this process's own. A command of a session goes to the session's handlers first, wherever
 * they are. What the codec cannot write is refused, never thrown.
 */
final class Sender implements Outbound {
    private static final Runnable NOTHING = () -> {};

    private final RemoteLink link;
    private final Transport transport;
    private final RemoteOptions options;
    private final Scheduler scheduler;
    private final WireForm wire;
    private final Requests requests;
    private final Topic replies;
    private @Nullable Arrivals arrivals;

    Sender(
            RemoteLink link,
            Transport transport,
            RemoteOptions options,
            Scheduler scheduler,
            WireForm wire,
            Requests requests) {
        this.link = link;
        this.transport = transport;
        this.options = options;
        this.scheduler = scheduler;
        this.wire = wire;
        this.requests = requests;
        replies = Topics.replies(options.name());
    }

    /** Before anything is sent. */
    void start(Arrivals to) {
        arrivals = to;
    }

    @Override
    public boolean carries(Class<?> type) {
        return CarriedTypes.carries(type);
    }

    @Override
    public PublishResult publish(Envelope<?> event, @Nullable Runnable back) {
        MessageType type = MessageType.of(event.message().getClass());
        Message message;
        try {
            message = wire.message(event, type.topic(), wire.ofEvent(event).build());
        } catch (RuntimeException unwritable) {
            if (back != null) {
                back.run();
            }
            return PublishResult.refused(Reason.INVALID, String.valueOf(unwritable.getMessage()));
        }
        SessionRef session = event.meta().session();
        if (back != null && session != null) {
            link.memory().comingBack().expect(event.id(), session, back);
        }
        if (options.outbox() != null) {
            return leave(event, message, options.outbox());
        }
        SentEvent sent = new SentEvent(
                event, Objects.requireNonNull(arrivals), link.memory().comingBack());
        give(message, sent);
        return sent.answer();
    }

    /** A transport that throws has refused: whoever waits for its answer must hear one. */
    private void give(Message message, PublishCallback callback) {
        try {
            transport.publish(message, callback, 0);
        } catch (RuntimeException | Error broken) {
            callback.refused(0, failure(broken));
        }
    }

    private static Refusal failure(Throwable broken) {
        return new Refusal(ReasonCode.INTERNAL, "the transport failed: " + broken);
    }

    private PublishResult leave(Envelope<?> event, Message message, Outbox outbox) {
        boolean left = false;
        try {
            outbox.add(message);
            left = true;
        } finally {
            if (!left) {
                link.memory().comingBack().gone(event.id());
            }
        }
        return PublishResult.ACCEPTED;
    }

    /**
     * Who asks without a timeout waits no longer than the bus's, and so does whoever handles it, if the transport can
     * tell him.
     */
    @Override
    public CompletionStage<CommandResult<?>> execute(Envelope<?> command) {
        if (!link.isUp()) {
            return CompletableFuture.completedFuture(CommandResult.rejected(
                    Reason.TRANSPORT, "the link of '" + options.name() + "' to the transport is lost"));
        }
        Envelope<?> limited = command.deadlineMillis() != 0
                ? command
                : command.withDeadlineAtMost(
                        scheduler.nowMillis() + options.requestTimeout().toMillis());
        Requests.Request request = requests.open(limited, () -> tellCancelled(limited));
        boolean expires = transport.capabilities().has(Capabilities.Feature.EXPIRY);
        send(expires ? limited : command, request, places(command).iterator());
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
        Message message;
        try {
            message = wire.message(command, places.next(), asking(command));
        } catch (IllegalArgumentException unwritable) {
            request.end(CommandResult.rejected(Reason.INVALID, String.valueOf(unwritable.getMessage())));
            return;
        }
        request.whenNobodyIsThere(places.hasNext() ? () -> send(command, request, places) : null);
        give(message, request);
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
        tellCancelled(command);
    }

    private void tellCancelled(Envelope<?> command) {
        MessageProperties properties = MessageProperties.builder()
                .kind(MessageKind.NOTIFICATION)
                .correlation(WireForm.bytes(command.id()))
                .build();
        MessageType type = MessageType.of(command.message().getClass());
        give(Message.to(Topics.cancels(type)).properties(properties).build(), PublishCallback.IGNORE);
    }

    @Override
    public Runnable ask(Envelope<?> query, Answering answers) {
        MessageType type = MessageType.of(query.message().getClass());
        Message message;
        try {
            message = wire.message(query, type.topic(), asking(query));
        } catch (IllegalArgumentException unwritable) {
            answers.failed(unwritable);
            answers.noMore();
            return NOTHING;
        }
        if (!link.isUp()) {
            answers.noMore();
            return NOTHING;
        }
        Requests.Round round = requests.open(query, answers);
        // In the session's name: its own subscription to the topic is for the questions of others.
        link.connection().withSession(session -> ask(session, message, round));
        return () -> requests.forget(query.id());
    }

    private static void ask(Session session, Message query, Requests.Round round) {
        try {
            session.publish(query, 0, round, 0);
        } catch (RuntimeException | Error broken) {
            round.refused(0, failure(broken));
        }
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

    /** @param sent run once, when the transport has answered for it, either way */
    void reply(Message reply, Runnable sent) {
        give(reply, new SentReply(sent));
    }

    private static final class SentReply implements PublishCallback {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Runnable sent;

        SentReply(Runnable sent) {
            this.sent = sent;
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            end();
        }

        @Override
        public void refused(long context, Refusal why) {
            end();
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                sent.run();
            }
        }
    }
}
