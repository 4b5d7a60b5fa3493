package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Completion;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the transport delivers. A delivery is accepted when all handlers of its event have succeeded, or the bus
 * keeps what failed; one that failed for good and is not kept is rejected with its reason, which makes it a dead letter
 * of the transport; one that the bus has no room for is given back for later. Called on the link's lane.
 */
final class Receiver implements Subscriber {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
    private static final int TOLD_MAX = 1_000;
    private static final Duration LATER = Duration.ofMillis(100);

    private final RemoteLink link;
    private final Arrivals arrivals;
    private final WireForm wire;
    private final RemoteOptions options;
    private final Scheduler scheduler;
    private final Requests requests;
    /** Owned by the lane; no more than the session's credit. */
    private final Map<Topic, List<Early>> early = new HashMap<>();
    /** Commands with handlers here, by the id of their request; no more than the session's credit. */
    private final ConcurrentHashMap<String, CompletableFuture<?>> running = new ConcurrentHashMap<>();

    /** Owned by the lane; topics and reasons that the log has. */
    private final Set<String> told = new HashSet<>();

    /** Owned by the lane. */
    private boolean stopped;

    private record Early(int deliveryId, Message message) {}

    Receiver(
            RemoteLink link,
            Arrivals arrivals,
            WireForm wire,
            RemoteOptions options,
            Scheduler scheduler,
            Requests requests) {
        this.link = link;
        this.arrivals = arrivals;
        this.wire = wire;
        this.options = options;
        this.scheduler = scheduler;
        this.requests = requests;
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        if (message.properties().kind() == MessageKind.RESPONSE) {
            requests.answered(message);
            settle(deliveryId, Settlement.ACCEPTED);
            return;
        }
        if (Topics.isCancel(message.topic())) {
            cancel(message);
            settle(deliveryId, Settlement.ACCEPTED);
            return;
        }
        if (stopped) {
            // Unsettled, it goes to somebody else when this session is left.
            return;
        }
        Class<?> type = link.subscriptions().typeOn(message.topic());
        if (type == null) {
            if (link.mayStillRegister(message.topic())) {
                early.computeIfAbsent(message.topic(), topic -> new ArrayList<>())
                        .add(new Early(deliveryId, message));
            } else {
                // Unregistered while it was on its way: as if it had come a moment later.
                settle(deliveryId, Settlement.ACCEPTED);
            }
            return;
        }
        take(deliveryId, message, type);
    }

    /** From now on only answers are taken. Called on the lane. */
    void stop() {
        stopped = true;
    }

    /** What a durable session had kept for this topic came before its handler was there. Called on the lane. */
    void registered(Topic topic) {
        List<Early> waiting = early.remove(topic);
        Class<?> type = link.subscriptions().typeOn(topic);
        if (waiting != null && type != null) {
            waiting.forEach(each -> take(each.deliveryId, each.message, type));
        }
    }

    private void take(int deliveryId, Message message, Class<?> type) {
        String id = WireForm.id(message);
        if (options.inbox() != null && id != null && options.inbox().isHandled(options.name(), id)) {
            settle(deliveryId, Settlement.ACCEPTED);
            return;
        }
        Object payload;
        try {
            WireForm.requireReadable(message, type);
            payload = wire.payload(message, type);
        } catch (CodecException unreadable) {
            tellOnce(message, unreadable);
            settle(deliveryId, new Settlement.Rejected(unreadable.deadLetterReason()));
            return;
        }
        String session = WireForm.session(message);
        SessionRef here = session == null ? null : arrivals.session(session);
        Envelope<Object> envelope =
                WireForm.envelope(payload, message, new Settling(deliveryId, id), here, scheduler.nowMillis());
        if (Query.class.isAssignableFrom(type)) {
            query(deliveryId, message, envelope);
        } else if (message.properties().kind() == MessageKind.COMMAND) {
            command(deliveryId, message, envelope);
        } else {
            event(deliveryId, envelope);
        }
    }

    /** The transport counts its dead letters by reason; the log has the first of each kind alone. */
    private void tellOnce(Message message, CodecException unreadable) {
        String kind = message.topic() + " " + unreadable.reason();
        if (told.size() < TOLD_MAX && told.add(kind)) {
            LOG.warn(
                    "message {} on {} from {} becomes a dead letter, {}: {}; more of this kind are counted there",
                    WireForm.id(message),
                    message.topic(),
                    message.properties().from(),
                    unreadable.deadLetterReason(),
                    unreadable.getMessage());
        }
    }

    private void event(int deliveryId, Envelope<?> envelope) {
        switch (arrivals.event(envelope)) {
            case PublishResult.Accepted accepted -> {}
            case PublishResult.NoSubscribers nobody -> settle(deliveryId, Settlement.ACCEPTED);
            case PublishResult.Refused refused -> settle(deliveryId, whenRefused(refused));
        }
    }

    private static Settlement whenRefused(PublishResult.Refused refused) {
        return switch (refused.reason()) {
            case QUEUE_FULL, RATE_LIMITED, PARKED ->
                new Settlement.Modified(refused.retryAfter() == null ? LATER : refused.retryAfter(), refused.detail());
            case CLOSED, SESSION_CLOSED -> Settlement.RELEASED;
            default -> new Settlement.Rejected(refused.reason().code());
        };
    }

    private void command(int deliveryId, Message message, Envelope<?> envelope) {
        String replyTo = message.properties().replyTo();
        byte[] correlation = message.properties().correlation();
        CompletableFuture<CommandResult<Object>> handled = arrivals.command(envelope);
        String request = correlation == null ? null : WireForm.text(correlation);
        if (request != null) {
            running.put(request, handled);
        }
        handled.whenComplete((result, cancelled) -> {
            if (request != null) {
                running.remove(request, handled);
            }
            if (replyTo == null || cancelled != null) {
                settle(deliveryId, Settlement.ACCEPTED);
            } else {
                link.reply(
                        Reply.of(result, link.replyTo(Topic.ofMqtt(replyTo), correlation), options.codec()),
                        () -> settle(deliveryId, Settlement.ACCEPTED));
            }
        });
    }

    private void cancel(Message message) {
        byte[] correlation = message.properties().correlation();
        CompletableFuture<?> handled = correlation == null ? null : running.get(WireForm.text(correlation));
        if (handled != null) {
            handled.cancel(true);
        }
    }

    private void query(int deliveryId, Message message, Envelope<?> envelope) {
        settle(deliveryId, Settlement.ACCEPTED);
        String replyTo = message.properties().replyTo();
        if (replyTo != null) {
            arrivals.query(
                    envelope,
                    new SentAnswers(
                            link, Topic.ofMqtt(replyTo), message.properties().correlation(), options.codec()));
        }
    }

    private void settle(int deliveryId, Settlement settlement) {
        if (deliveryId != 0) {
            link.connection().withSession(session -> session.settle(deliveryId, settlement));
        }
    }

    @Override
    public void onReleased(int deliveryId) {}

    @Override
    public void onTurnEnd() {}

    @Override
    public void onDetached(DetachReason reason) {}

    /** Waits for the end of one event. */
    private final class Settling implements Completion {
        private final int deliveryId;
        private final @Nullable String messageId;

        Settling(int deliveryId, @Nullable String messageId) {
            this.deliveryId = deliveryId;
            this.messageId = messageId;
        }

        @Override
        public void handled() {
            if (options.inbox() != null && messageId != null) {
                options.inbox().handled(options.name(), messageId);
            }
            settle(deliveryId, Settlement.ACCEPTED);
        }

        @Override
        public void failed(Reason reason, @Nullable Throwable error) {
            settle(deliveryId, reason == Reason.CLOSED ? Settlement.RELEASED : new Settlement.Rejected(reason.code()));
        }
    }
}
