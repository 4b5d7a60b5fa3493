package io.signalbox.transports.composite.bridge;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several bridges of one name hear each other at the source, at most once, on a topic that no wildcard sees: whoever
 * comes asks, the one that carries answers, says so every few seconds without being asked, and says farewell. What cannot
 * be listened to is silent. Owned by the bridge's lane.
 *
 * <p>To ask takes time, in which messages are lost to a bridge that has no session at the source yet. So a bridge's
 * session is subscribed to a topic of its filters' own as well: if anybody gets what is published there, a session keeps
 * what these filters match.
 */
final class Vigil {
    private static final Logger LOGGER = LoggerFactory.getLogger(Vigil.class);

    /** Before the name of who says it; a sign is the name alone. */
    private static final String QUESTION = "?";

    private static final String FAREWELL = "-";

    private static final String KEPT = "/kept/";

    /**
     * Of a question that only a session is to get; nobody need read it. What expires there counts as lost, so it outlives
     * a short backlog; but where a session is written to and never opened, questions must not pile up.
     */
    private static final long PROBE_LIFE_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private final BridgeConfig config;
    private final Transport source;
    private final BridgeLane lane;
    private final String self = UUID.randomUUID().toString();
    private final Topic topic;
    private final Topic kept;
    private final Runnable asked;
    private @Nullable Session listening;
    private boolean hears;
    private boolean opening;
    private boolean ended;
    private boolean left;
    private long heardNanos = System.nanoTime();
    private long heardCount;

    /** @param asked somebody asks who carries */
    Vigil(BridgeConfig config, Transport source, BridgeLane lane, Runnable asked) {
        this.config = config;
        this.source = source;
        this.lane = lane;
        this.asked = asked;
        topic = Topic.ofMqtt("$bridge/" + config.name());
        kept = Topic.ofMqtt(
                topic.text() + KEPT + Integer.toHexString(config.filters().hashCode()));
    }

    /** What the bridge's session is subscribed to beside the bridge's filters; what comes by it is for nobody. */
    TopicFilter kept() {
        return TopicFilter.exactly(kept);
    }

    /** Also those that were asked for filters that the bridge had before. */
    boolean isOfKept(Topic of) {
        return of.text().startsWith(topic.text() + KEPT);
    }

    /**
     * Is there a session already that keeps what the bridge's filters match?
     *
     * @param answer on the lane, perhaps later; false also if it cannot be known
     */
    void askWhetherKept(Consumer<Boolean> answer) {
        Message probe =
                Message.to(kept).payload(self).ttlMillis(PROBE_LIFE_MILLIS).build();
        PublishCallback heard = new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                lane.executeOr(() -> answer.accept(outcome != Receipt.Outcome.NO_SUBSCRIBERS), () -> {});
            }

            @Override
            public void refused(long context, Refusal refusal) {
                lane.executeOr(() -> answer.accept(false), () -> {});
            }
        };
        try {
            source.publish(probe, heard, 0);
        } catch (RuntimeException e) {
            LOGGER.debug("bridge {} cannot ask whether anything is kept for it", config.name(), e);
            answer.accept(false);
        }
    }

    /** This one carries. */
    void sign() {
        listen();
        say(self);
    }

    /** Does anybody carry? Whoever does is heard from when this {@link #hears} on. */
    void ask() {
        listenAnew();
        if (hears) {
            say(QUESTION + self);
        } else {
            listen();
        }
    }

    boolean hears() {
        return hears;
    }

    /** What was heard so far is not counted. */
    void listenAnew() {
        heardNanos = System.nanoTime();
        heardCount = 0;
        left = false;
    }

    private void say(String what) {
        Message message = Message.to(topic)
                .payload(what)
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build();
        try {
            source.publish(message, PublishCallback.IGNORE, 0);
        } catch (RuntimeException e) {
            LOGGER.debug("bridge {} cannot say who carries", config.name(), e);
        }
    }

    /** Unless it does already. */
    void listen() {
        if (listening != null || opening || ended) {
            return;
        }
        opening = true;
        try {
            source.open(SessionOptions.transientSession(config.sessionName() + ":" + self), lane, new Listener())
                    .whenComplete((session, failure) -> lane.executeOr(() -> opened(session, failure), () -> {
                        if (session != null) {
                            session.detach(true);
                        }
                    }));
        } catch (RuntimeException e) {
            opened(null, e);
        }
    }

    private void opened(@Nullable Session session, @Nullable Throwable failure) {
        opening = false;
        if (session == null) {
            LOGGER.debug("bridge {} cannot listen who carries", config.name(), failure);
        } else if (ended) {
            session.detach(true);
        } else {
            listening = session;
            session.subscribe(List.of(FilterSpec.of(TopicFilter.exactly(topic), Guarantee.AT_MOST_ONCE)))
                    .whenComplete((refusals, failed) -> lane.executeOr(
                            () -> {
                                hears = listening == session;
                                heardNanos = System.nanoTime(); // nothing could be heard before
                                say(QUESTION + self);
                            },
                            () -> {}));
        }
    }

    /** @param carried those that stand by need not wait */
    void end(boolean carried) {
        ended = true;
        if (carried) {
            say(FAREWELL + self);
        }
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

    /** The other one has said farewell, and nobody was heard since. */
    boolean hasLeft() {
        return left;
    }

    private void heard(String text) {
        if (text.endsWith(self)) {
            return;
        }
        if (text.startsWith(QUESTION)) {
            asked.run();
        } else if (text.startsWith(FAREWELL)) {
            left = true;
        } else {
            left = false;
            heardNanos = System.nanoTime();
            heardCount++;
        }
    }

    private final class Listener implements Subscriber {
        @Override
        public void onDelivery(
                int deliveryId, Message message, Match match, int count, boolean redelivered, boolean fromRetained) {
            heard(message.payloadText());
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {
            listening = null;
            hears = false;
        }
    }
}
