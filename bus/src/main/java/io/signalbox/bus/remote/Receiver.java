package io.signalbox.bus.remote;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.codec.CodecException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the transport delivers to one session. A delivery is accepted when all handlers of its event have
 * succeeded, or the bus keeps what failed; one that failed for good and is not kept is rejected with its reason, which
 * makes it a dead letter of the transport. What there is no room for waits here, unsettled; what waits for somebody to
 * see to its ordering key waits at the transport. Called on the link's lane, which it never holds up.
 */
final class Receiver implements Subscriber {
    /** Room is looked for whenever an event of the type has ended, and this often. */
    private static final Duration LATER = Duration.ofMillis(100);

    private static final Duration PARKED_LATER = Duration.ofSeconds(1);
    private static final Duration REGISTRY_LATER = Duration.ofSeconds(1);
    private static final Duration EARLY_LATER = Duration.ofSeconds(1);

    private final RemoteLink link;
    private final Connection connection;
    private final Arrivals arrivals;
    private final WireForm wire;
    private final RemoteOptions options;
    private final Scheduler scheduler;
    private final Requests requests;
    private final Backlog backlog;
    private final GivingBack givingBack;
    private final LinkSource source;
    private final Early early;
    private final ArrivedCommands commands;
    private final UnheardTopics unheard;
    private final @Nullable InboxQuestions inboxQuestions;
    private final Told told = new Told();

    private volatile @Nullable DetachReason detached;

    Receiver(
            RemoteLink link,
            Connection connection,
            Arrivals arrivals,
            WireForm wire,
            RemoteOptions options,
            Scheduler scheduler,
            Requests requests,
            boolean transportDelays) {
        this.link = link;
        this.connection = connection;
        this.arrivals = arrivals;
        this.wire = wire;
        this.options = options;
        this.scheduler = scheduler;
        this.requests = requests;
        source = new LinkSource(scheduler, options.durable());
        backlog = new Backlog(connection, scheduler, this::take);
        early = new Early(backlog, link.subscriptions(), link.droppedEarly());
        commands = new ArrivedCommands(link, arrivals, options);
        givingBack = new GivingBack(connection, scheduler, transportDelays);
        unheard = new UnheardTopics(connection, link.subscriptions(), scheduler);
        inboxQuestions = options.inbox() == null
                ? null
                : new InboxQuestions(
                        options.inbox(),
                        options.name(),
                        link.memory(),
                        scheduler,
                        topic -> connection.inLane(() -> backlog.retry(topic)));
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        Arrival arrival = new Arrival(deliveryId, message, redelivered, source);
        if (message.properties().kind() == MessageKind.RESPONSE) {
            requests.answered(message);
            settle(arrival, Settlement.ACCEPTED);
        } else if (Topics.isCancel(message.topic())) {
            commands.cancel(message);
            settle(arrival, Settlement.ACCEPTED);
        } else if (link.leaves(message)) {
            // Unsettled, it goes to somebody else when this session is left.
            return;
        } else if (early.mustGoBack(arrival)) {
            givingBack.giveBack(arrival, EARLY_LATER);
        } else {
            backlog.arrived(arrival);
        }
    }

    private @Nullable Class<?> typeOf(Message message) {
        return link.subscriptions().typeOn(message.topic());
    }

    /** What a durable session had kept for this topic came before its handler was there. Called on the lane. */
    void registered(Topic topic) {
        unheard.heard(topic);
        backlog.retry(topic);
    }

    private @Nullable Duration take(Arrival arrival) {
        if ((detached != null && !arrival.isSettled()) || link.leaves(arrival.message())) {
            // The next session gets it again; what was delivered at most once is here alone.
            return null;
        }
        try {
            Class<?> type = typeOf(arrival.message());
            return type == null ? takeWithoutHandler(arrival) : take(arrival, type);
        } catch (CodecException unreadable) {
            end(arrival, unreadable.deadLetterReason(), unreadable);
        } catch (Throwable fault) {
            end(arrival, Reason.REJECTED.code(), fault);
        }
        return null;
    }

    private void end(Arrival arrival, String reason, Throwable why) {
        told.deadLetter(arrival, reason, why);
        link.memory().inHand().end(arrival);
        settleForGood(arrival, new Settlement.Rejected(reason));
    }

    private @Nullable Duration takeWithoutHandler(Arrival arrival) {
        Message message = arrival.message();
        if (link.mayStillRegister(arrival.topic())) {
            return EARLY_LATER;
        }
        boolean leftOver = link.isLeftOver(arrival.topic());
        if (leftOver) {
            told.leftOver(arrival.topic(), options.name());
        }
        unheard.end(arrival.topic());
        if (message.properties().kind() == MessageKind.COMMAND) {
            commands.reject(message, Reason.NO_HANDLER, () -> settle(arrival, Settlement.ACCEPTED));
        } else if (leftOver) {
            end(arrival, Reason.NO_HANDLER.code(), new IllegalStateException(Reason.NO_HANDLER.remedy()));
        } else {
            // Unregistered while it was on its way: as if it had come a moment later.
            settleForGood(arrival, Settlement.ACCEPTED);
        }
        return null;
    }

    private @Nullable Duration take(Arrival arrival, Class<?> type) {
        if (link.memory().letGo().comesAgain(arrival)) {
            arrivals.letGoAgain(type);
            letGo(arrival);
            return null;
        }
        if (link.memory().awayIn().turnsAway(arrival)) {
            giveBackParked(arrival);
            return null;
        }
        Message message = arrival.message();
        String id = WireForm.id(message);
        if (inboxQuestions != null && id != null) {
            switch (inboxQuestions.ask(arrival, id)) {
                case InboxQuestions.Answer.New unknown -> {}
                case InboxQuestions.Answer.Handled before -> {
                    settleForGood(arrival, Settlement.ACCEPTED);
                    return null;
                }
                case InboxQuestions.Answer.Copy(Duration pause) -> {
                    secondCopy(arrival, pause);
                    return null;
                }
                case InboxQuestions.Answer.Later asking -> {
                    return LATER;
                }
            }
        }
        WireForm.requireReadable(message, type);
        Object payload = wire.payload(message, type);
        long now = scheduler.nowMillis();
        EventEnd end = new EventEnd(this, arrival, link, now);
        if (Query.class.isAssignableFrom(type)) {
            query(arrival, WireForm.envelope(payload, message, end, sessionOf(message), now));
            return null;
        }
        if (message.properties().kind() == MessageKind.COMMAND) {
            Envelope<?> command = WireForm.envelope(payload, message, end, sessionOf(message), now);
            commands.execute(message, command, () -> settle(arrival, Settlement.ACCEPTED));
            return null;
        }
        SessionRef sentHere = link.memory().comingBack().session(id);
        SessionRef session = sentHere != null ? sentHere : sessionOf(message);
        return event(arrival, WireForm.envelope(payload, message, end, session, now), sentHere != null);
    }

    private @Nullable SessionRef sessionOf(Message message) {
        String session = WireForm.session(message);
        return session == null ? null : arrivals.session(session);
    }

    // ---- events

    /** @param sentHere by a session of this process, which waits for it even if it is closing */
    private @Nullable Duration event(Arrival arrival, Envelope<?> envelope, boolean sentHere) {
        InHand inHand = options.inbox() == null ? null : link.memory().inHand();
        if (inHand != null) {
            inHand.begin(arrival);
        }
        PublishResult result = arrivals.event(envelope);
        if (inHand != null && result != PublishResult.ACCEPTED) {
            inHand.end(arrival);
        }
        switch (result) {
            case PublishResult.Accepted accepted -> link.memory().comingBack().gone(envelope.id());
            case PublishResult.NoSubscribers nobody -> settleForGood(arrival, Settlement.ACCEPTED);
            case PublishResult.Refused refused -> {
                switch (refused.reason()) {
                    case QUEUE_FULL, RATE_LIMITED -> {
                        return refused.retryAfter() == null ? LATER : refused.retryAfter();
                    }
                    case REGISTRY -> {
                        return REGISTRY_LATER;
                    }
                    case PARKED -> giveBackParked(arrival);
                    // Meant for others, and counted: no more a dead letter than one that a handler's filter stops.
                    case FILTERED -> letGo(arrival);
                    case CLOSED -> settle(arrival, Settlement.RELEASED);
                    case SESSION_CLOSED -> sessionClosed(arrival, sentHere);
                    default ->
                        settleForGood(
                                arrival,
                                new Settlement.Rejected(refused.reason().code()));
                }
            }
        }
        return null;
    }

    /** Of another process, it comes again when the session is gone here, and is for the bus's handlers then. */
    private void sessionClosed(Arrival arrival, boolean sentHere) {
        if (sentHere) {
            settleForGood(arrival, new Settlement.Rejected(Reason.SESSION_CLOSED.code()));
        } else {
            settle(arrival, Settlement.RELEASED);
        }
    }

    /** All of its handlers have succeeded, or the bus keeps what failed. Any thread. */
    void handled(Arrival arrival) {
        Duration pause = inboxQuestions == null ? null : inboxQuestions.note(arrival);
        if (pause == null) {
            settle(arrival, Settlement.ACCEPTED);
        } else {
            givingBack.giveBack(arrival, pause);
        }
    }

    /** A dead letter of its ordering key must be seen to first. Any thread. */
    void giveBackParked(Arrival arrival) {
        givingBack.giveBack(arrival, PARKED_LATER);
        backlog.mayHaveRoom(arrival.topic());
    }

    // ---- queries

    private void query(Arrival arrival, Envelope<?> envelope) {
        settle(arrival, Settlement.ACCEPTED);
        Topic replyTo = WireForm.replyTo(arrival.message());
        if (replyTo != null) {
            byte[] correlation = arrival.message().properties().correlation();
            arrivals.query(envelope, new SentAnswers(link.sender(), replyTo, correlation, options.codec()));
        }
    }

    // ---- ends

    /** It never reached a handler, and will not. */
    private void settleForGood(Arrival arrival, Settlement settlement) {
        link.memory().awayIn().gone(arrival);
        link.memory().comingBack().gone(WireForm.id(arrival.message()));
        settle(arrival, settlement);
    }

    /** What is behind it goes on, and if it comes again, it is let go again. Any thread. */
    void letGo(Arrival arrival) {
        link.memory().letGo().add(arrival);
        settleForGood(arrival, Settlement.ACCEPTED);
    }

    /** It comes again until the first has ended, and the inbox knows that. */
    private void secondCopy(Arrival arrival, Duration pause) {
        if (arrival.isSettled()) {
            settleForGood(arrival, Settlement.ACCEPTED);
        } else {
            givingBack.giveBack(arrival, pause);
        }
    }

    /** Any thread. */
    void settle(Arrival arrival, Settlement settlement) {
        if (!arrival.isSettled()) {
            connection.withSession(session -> session.settle(arrival.deliveryId(), settlement));
        }
        backlog.mayHaveRoom(arrival.topic());
    }

    @Override
    public void onReleased(int deliveryId) {}

    @Override
    public void onTurnEnd() {}

    @Override
    public void onDetached(DetachReason reason) {
        detached = reason;
        source.end();
        try {
            arrivals.linkEnded(source);
            if (source.hasForgotten()) {
                link.memory().awayIn().clear();
            }
        } finally {
            commands.linkLost();
            link.lost(this, reason);
        }
    }

    ArrivedCommands commands() {
        return commands;
    }

    /** Null: it has its session. */
    @Nullable
    DetachReason detached() {
        return detached;
    }
}
