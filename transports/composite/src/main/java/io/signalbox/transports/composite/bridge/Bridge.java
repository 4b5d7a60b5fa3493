package io.signalbox.transports.composite.bridge;

import io.signalbox.message.Message;
import io.signalbox.transport.Health;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Stop;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what a durable session receives at one transport to another. A message is settled at the source when the
 * target has it, and waits there until then, within the {@linkplain BridgeQueue bound} of the session's queue; after a
 * crash those that were under way cross again. Order is the source's, as far as the target takes nothing that was under
 * way behind a message that it refused: once it refuses one, all wait.
 *
 * <p>Both transports stay the caller's. All state belongs to the bridge's lane.
 */
public final class Bridge implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Bridge.class);
    private static final long PAUSE_FIRST_MILLIS = 100;
    private static final long PAUSE_MAX_MILLIS = 10_000;

    private final BridgeConfig config;
    private final Transport source;
    private final BridgeLane lane;
    private final Crossing crossing;
    private final Vigil vigil;
    private final SourceFilters filters;
    private final SourceLosses losses;
    private final Pace pace;
    private long pauseMillis = PAUSE_FIRST_MILLIS;
    private long silenceMillis;

    /** Answers to earlier questions are of no use any more. */
    private int arrivals;

    private boolean opening;
    private int listeners; // of those that listen whether another one carries the last alone goes on

    /** Another one is known to have taken the session. */
    private boolean another;

    private long openedNanos;
    private volatile Health health = new Health(Health.Status.DOWN, "not open yet");
    private volatile boolean closed;
    private @Nullable Session session;

    /**
     * How several of one name live together.
     *
     * @param signMillis so often the one that carries says so
     * @param silenceMillis one that was not heard for so long is gone
     * @param silenceMaxMillis so long it may become, twice as long each turn, if those that live do not hear each other
     * @param answerMillis so long whoever opens the session first waits for one that carries to say so
     */
    record Pace(long signMillis, long silenceMillis, long silenceMaxMillis, long answerMillis) {
        static final Pace DEFAULT = new Pace(5_000, 20_000, 60_000, 2_000);
    }

    private Bridge(BridgeConfig config, Transport source, FarSide far, Pace pace, Stop outage) {
        this.config = config;
        this.source = source;
        this.pace = pace;
        silenceMillis = pace.silenceMillis();
        lane = new BridgeLane(config.name());
        crossing = new Crossing(config, far, lane, outage);
        vigil = new Vigil(config, source, lane, this::asked);
        filters = new SourceFilters(config, vigil.kept());
        losses = new SourceLosses(config.name(), source.name());
    }

    /** Starts to carry; a source that is absent is waited for. */
    public static Bridge start(BridgeConfig config, Transport source, Transport target) {
        return start(config, source, FarSide.of(target));
    }

    /** The same to something that is more than one transport. */
    public static Bridge start(BridgeConfig config, Transport source, FarSide far) {
        return start(config, source, far, Pace.DEFAULT);
    }

    static Bridge start(BridgeConfig config, Transport source, FarSide far, Pace pace) {
        return start(config, source, far, pace, new Stop());
    }

    static Bridge start(BridgeConfig config, Transport source, FarSide far, Pace pace, Stop outage) {
        Bridge bridge = new Bridge(config, source, far, pace, outage);
        bridge.lane.execute(bridge::arrive);
        bridge.lane.execute(bridge::lookAfter);
        bridge.lane.execute(bridge::sign);
        return bridge;
    }

    private void sign() {
        if (session != null) {
            vigil.sign();
        }
        if (!closed) {
            lane.later(pace.signMillis(), this::sign);
        }
    }

    private void lookAfter() {
        try {
            crossing.giveUpWaiting();
            if (session != null) {
                losses.look(session);
            }
        } finally { // whatever the source's code throws: what waits must be given up another time
            if (!closed) {
                lane.later(Math.max(1, config.answerTimeout().toMillis() / 4), this::lookAfter);
            }
        }
    }

    private void open() {
        if (closed || opening || session != null) {
            return;
        }
        SessionOptions options = config.queue()
                .of(SessionOptions.durableSession(config.sessionName()).withUnsettledMax(config.windowMax()));
        Receiver receiver = new Receiver();
        opening = true;
        try {
            source.open(options, lane, receiver)
                    .whenComplete((opened, failure) ->
                            lane.executeOr(() -> opened(receiver, opened, failure), () -> leave(opened)));
        } catch (RuntimeException e) {
            opening = false;
            openLater(e.getMessage());
        }
    }

    /** It came too late: the next one is not to wait for it. */
    private static void leave(@Nullable Session opened) {
        if (opened != null) {
            opened.detach(true);
        }
    }

    private void openLater(@Nullable String why) {
        health = new Health(Health.Status.DOWN, "the source " + source.name() + " does not open: " + why);
        LOGGER.warn("bridge {}: {}", config.name(), health.detail());
        if (!closed) {
            long jitter = ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
            lane.later(pauseMillis - jitter, this::arrive);
            pauseMillis = Math.min(PAUSE_MAX_MILLIS, pauseMillis * 2);
        }
    }

    /**
     * Takes the session from nobody who carries: asks first. But while nobody has the session, and so none keeps what this
     * bridge is to carry, there is nobody to ask and no time to lose.
     */
    private void arrive() {
        if (!closed && !opening && session == null) {
            int one = ++arrivals;
            vigil.askWhetherKept(kept -> arrived(one, kept));
            lane.later(pace.silenceMillis(), () -> arrived(one, false)); // a source that does not answer
        }
    }

    private void arrived(int one, boolean kept) {
        if (closed || opening || session != null || one != arrivals) {
            return;
        }
        arrivals++;
        if (kept) {
            vigil.ask();
            another = false;
            listen(++listeners);
        } else {
            open();
        }
    }

    private void asked() {
        if (session != null) {
            vigil.sign();
        }
    }

    /**
     * Another server carries, and this one listens until that is silent. If both live and cannot hear each other they take
     * turns that grow longer.
     */
    private void standBy() {
        if (System.nanoTime() - openedNanos > 2 * pace.silenceMaxMillis() * 1_000_000) {
            silenceMillis = pace.silenceMillis(); // longer than any turn: there was nobody else
        }
        LOGGER.info("bridge {}: another one carries; this one stands by", config.name());
        vigil.listenAnew();
        another = true;
        listen(++listeners);
    }

    private void listen(int one) {
        if (closed || opening || session != null || one != listeners) {
            return;
        }
        boolean standsBy = another || vigil.heardCount() > 0;
        if (standsBy || vigil.hasLeft()) {
            losses.leave(); // however it has come to stand by: another one has the session, and counts
        }
        if (vigil.hasLeft()) {
            arrive(); // others may have heard it too
            return;
        }
        vigil.listen();
        if (vigil.silentMillis() >= (standsBy || !vigil.hears() ? silenceMillis : pace.answerMillis())) {
            if (standsBy) {
                LOGGER.info("bridge {}: the one that carried is silent; this one carries", config.name());
                silenceMillis = Math.min(pace.silenceMaxMillis(), silenceMillis * 2);
            }
            open();
            return;
        }
        health = standsBy
                ? new Health(
                        Health.Status.UP,
                        "another one carries, which has the session " + config.sessionName()
                                + "; this one stands by, and has heard of it " + vigil.heardCount() + " times")
                : new Health(Health.Status.DOWN, "not open yet: asks whether another one carries");
        long step = Math.max(1, Math.min(pace.silenceMillis(), pace.answerMillis()) / 8);
        lane.later(step + ThreadLocalRandom.current().nextLong(step), () -> listen(one)); // of several one is the first
    }

    private void opened(Receiver receiver, @Nullable Session opened, @Nullable Throwable failure) {
        opening = false;
        if (opened == null) {
            openLater(failure == null ? null : failure.getMessage());
        } else if (closed) {
            leave(opened);
        } else if (receiver.gone != null) {
            lost(receiver.gone); // before it was here
        } else {
            receiver.session = opened;
            opened(opened);
        }
    }

    private void opened(Session opened) {
        session = opened;
        pauseMillis = PAUSE_FIRST_MILLIS;
        openedNanos = System.nanoTime();
        crossing.attach(opened);
        losses.look(opened);
        vigil.sign();
        filters.bringInForce(opened)
                .whenComplete((whyNot, failure) -> lane.executeOr(() -> subscribed(opened, whyNot), () -> {}));
    }

    /** Of a session that was lost meanwhile it is no news. */
    private void subscribed(Session opened, @Nullable String whyNot) {
        if (session == opened && whyNot != null) {
            opened.detach(true);
            session = null;
            crossing.detach();
            openLater(whyNot);
        } else if (session == opened) {
            health = Health.UP;
            filters.leaveOthers(opened);
        }
    }

    private void lost(Subscriber.DetachReason reason) {
        switch (reason) {
            case SHUTTING_DOWN -> openLater("it is shutting down");
            case REMOVED, REVOKED -> openLater("it ended the session: " + reason);
            case TAKEN_OVER -> standBy();
        }
    }

    public Health health() {
        Health own = health;
        return own.equals(Health.UP) ? crossing.health() : own;
    }

    public BridgeCounts counts() {
        return crossing.counts(losses.count());
    }

    /** What is under way and unanswered crosses again when the bridge is next started. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lane.execute(() -> {
            vigil.end(session != null);
            leave(session);
        });
        lane.close();
    }

    /** Of one session; what comes by an earlier one is nobody's. */
    private final class Receiver implements Subscriber {
        private @Nullable Session session;
        private @Nullable DetachReason gone;

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean fromRetained) {
            if (gone != null || session != Bridge.this.session) {
                return;
            }
            if (!vigil.isOfKept(message.topic())) {
                crossing.take(deliveryId, message);
            } else if (session != null) {
                session.settle(deliveryId, Settlement.ACCEPTED);
            }
        }

        @Override
        public void onReleased(int deliveryId) {
            // Subscribed at least once: nothing is released.
        }

        @Override
        public void onTurnEnd() {
            // Each message is sent as it comes.
        }

        @Override
        public void onDetached(DetachReason reason) {
            gone = reason;
            if (session != null && session == Bridge.this.session) {
                Bridge.this.session = null;
                crossing.detach();
                lost(reason);
            }
        }
    }
}
