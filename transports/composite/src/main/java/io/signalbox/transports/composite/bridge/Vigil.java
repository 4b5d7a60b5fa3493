package io.signalbox.transports.composite.bridge;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of several bridges of one name the one that carries says so at the source every few seconds, at most once, on a topic
 * that no wildcard sees; those that stand by listen, and leave it alone as long as they hear it. Owned by the bridge's
 * lane.
 */
final class Vigil {
    private static final Logger LOGGER = LoggerFactory.getLogger(Vigil.class);

    private final BridgeConfig config;
    private final Transport source;
    private final BridgeLane lane;
    private final String self = UUID.randomUUID().toString();
    private final Topic topic;
    private @Nullable Session listening;
    private boolean keeping;
    private long heardNanos;
    private long heardCount;

    Vigil(BridgeConfig config, Transport source, BridgeLane lane) {
        this.config = config;
        this.source = source;
        this.lane = lane;
        topic = Topic.ofMqtt("$bridge/" + config.name());
    }

    /** This one carries. */
    void sign() {
        Message sign = Message.to(topic)
                .payload(self)
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build();
        try {
            source.publish(sign, PublishCallback.IGNORE, 0);
        } catch (RuntimeException e) {
            LOGGER.debug("bridge {} cannot say that it carries", config.name(), e);
        }
    }

    /** Listens from now on. What cannot be listened to is silent. */
    void begin() {
        keeping = true;
        heardNanos = System.nanoTime();
        heardCount = 0;
        try {
            source.open(SessionOptions.transientSession(config.sessionName() + ":" + self), lane, new Listener())
                    .whenComplete((session, failure) -> onLane(() -> opened(session, failure)));
        } catch (RuntimeException e) {
            opened(null, e);
        }
    }

    private void onLane(Runnable task) {
        try {
            lane.execute(task);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("bridge {} is closed", config.name());
        }
    }

    private void opened(@Nullable Session session, @Nullable Throwable failure) {
        if (session == null) {
            LOGGER.debug("bridge {} cannot listen who carries", config.name(), failure);
        } else if (keeping) {
            listening = session;
            var unused = session.subscribe(List.of(FilterSpec.of(TopicFilter.exactly(topic), Guarantee.AT_MOST_ONCE)));
        } else {
            session.detach(true);
        }
    }

    void end() {
        keeping = false;
        if (listening != null) {
            listening.detach(true);
            listening = null;
        }
    }

    long silentMillis() {
        return (System.nanoTime() - heardNanos) / 1_000_000;
    }

    /** Signs of the other one since it was listened to. */
    long heardCount() {
        return heardCount;
    }

    private final class Listener implements Subscriber {
        @Override
        public void onDelivery(
                int deliveryId, Message message, Match match, int count, boolean redelivered, boolean fromRetained) {
            if (keeping && !message.payloadText().equals(self)) {
                heardNanos = System.nanoTime();
                heardCount++;
            }
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {
            listening = null;
        }
    }
}
