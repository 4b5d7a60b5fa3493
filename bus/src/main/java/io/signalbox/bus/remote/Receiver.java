package io.signalbox.bus.remote;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.VersionRange;
import io.signalbox.error.ReasonCode;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the transport delivers. A delivery is accepted when all handlers of its event have succeeded; one that
 * failed for good is rejected with its reason, which makes it a dead letter of the transport, kept as durably as the
 * transport keeps; one that the bus has no room for is given back for later. Called on the link's lane.
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

    /** Owned by the lane; topics and reasons that the log has. */
    private final Set<String> told = new HashSet<>();

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
        Class<?> type = link.typeOn(message.topic());
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

    /** What a durable session had kept for this topic came before its handler was there. Called on the lane. */
    void registered(Topic topic) {
        List<Early> waiting = early.remove(topic);
        Class<?> type = link.typeOn(topic);
        if (waiting != null && type != null) {
            waiting.forEach(each -> take(each.deliveryId, each.message, type));
        }
    }

    private void take(int deliveryId, Message message, Class<?> type) {
        String id = message.properties().id();
        if (options.inbox() != null && id != null && options.inbox().isHandled(options.name(), id)) {
            settle(deliveryId, Settlement.ACCEPTED);
            return;
        }
        Envelope<?> envelope;
        try {
            requireReadable(message, type);
            envelope = wire.envelope(message, type, new Settling(deliveryId, id), scheduler.nowMillis());
        } catch (CodecException unreadable) {
            tellOnce(message, unreadable);
            settle(deliveryId, new Settlement.Rejected(unreadable.deadLetterReason()));
            return;
        }
        if (message.properties().kind() == MessageKind.COMMAND) {
            command(deliveryId, message, envelope);
        } else {
            event(deliveryId, envelope);
        }
    }

    /** A message without a version is taken at its word; the codec has the last one. */
    private static void requireReadable(Message message, Class<?> type) {
        String version = message.properties().schemaVersion();
        String accepts = MessageType.of(type).accepts();
        if (version != null && !VersionRange.parse(accepts).contains(version)) {
            throw new CodecException(
                    ReasonCode.SCHEMA_MISMATCH,
                    "version " + version + " of " + message.properties().schemaName() + "; " + type.getName()
                            + " accepts " + accepts);
        }
    }

    /** The transport counts its dead letters by reason; the log has the first of each kind alone. */
    private void tellOnce(Message message, CodecException unreadable) {
        String kind = message.topic() + " " + unreadable.reason();
        if (told.size() < TOLD_MAX && told.add(kind)) {
            LOG.warn(
                    "message {} on {} from {} becomes a dead letter, {}: {}; more of this kind are counted there",
                    message.properties().id(),
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
        arrivals.command(envelope).thenAccept(result -> {
            if (replyTo == null) {
                settle(deliveryId, Settlement.ACCEPTED);
            } else {
                link.reply(result, replyTo, correlation, () -> settle(deliveryId, Settlement.ACCEPTED));
            }
        });
    }

    private void settle(int deliveryId, Settlement settlement) {
        if (deliveryId != 0) {
            link.withSession(session -> session.settle(deliveryId, settlement));
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
