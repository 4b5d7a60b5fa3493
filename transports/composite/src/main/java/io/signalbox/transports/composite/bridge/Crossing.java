package io.signalbox.transports.composite.bridge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transports.composite.strategy.Outage;
import io.signalbox.transports.composite.strategy.Stop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages on the bridge, in their order, at most as many as the session's credit, and as many bytes as the window
 * has and what the source has already handed over by then. Once the target refuses one
 * no later one is sent; when all under way are answered, those refused go again after a pause that grows. What no later
 * try can change is rejected.
 * Owned by the bridge's lane; health and counts are for any thread.
 */
final class Crossing {
    private static final Logger LOGGER = LoggerFactory.getLogger(Crossing.class);
    private static final long PAUSE_FIRST_MILLIS = 100;
    private static final long PAUSE_MAX_MILLIS = 10_000;
    private static final long TELL_NANOS_MIN = 10_000_000_000L;

    private final BridgeConfig config;
    private final FarSide far;
    private final BridgeLane lane;
    private final TimeSource time = TimeSource.monotonic();
    private final Deque<Passenger> passengers = new ArrayDeque<>();
    private @Nullable Session session;
    /** Changed by the lane alone. */
    private volatile int epoch;

    private int open;
    private long bytes;
    private boolean full;
    /** Between the lane, which sends, and whoever hears a refusal. */
    private final Stop outage;

    private boolean pausing;
    /** Of pauses: one of an earlier session ends nothing of this one's. */
    private int pauses;

    private long pauseMillis = PAUSE_FIRST_MILLIS;
    private long toldNanos;
    private volatile Health health = Health.UP;
    private volatile BridgeCounts counts = BridgeCounts.NONE;

    Crossing(BridgeConfig config, FarSide far, BridgeLane lane, Stop outage) {
        this.config = config;
        this.far = far;
        this.lane = lane;
        this.outage = outage;
    }

    Health health() {
        Health own = health;
        return own.status() == Health.Status.UP ? far.health() : own;
    }

    /** @param lost at the source */
    BridgeCounts counts(long lost) {
        return counts.with(far.missedCount(), lost);
    }

    void attach(Session opened) {
        session = opened;
        full = false;
        weigh();
    }

    /** The source offers them again: answers that come now are nobody's. */
    void detach() {
        session = null;
        epoch++;
        passengers.clear();
        bytes = 0;
        open = 0;
        pausing = false;
        pauses++;
        outage.end();
        far.again();
    }

    void take(int deliveryId, Message message) {
        Message mapped;
        try {
            boolean wanted = config.carries(message.topic()) && !crossed(message);
            mapped = wanted ? config.mapping().map(message) : null;
        } catch (RuntimeException e) {
            settle(deliveryId, new Settlement.Rejected("the bridge cannot map it: " + e));
            count(0, 0, 1);
            tellUnmapped(message, e);
            return;
        }
        if (mapped == null) {
            settle(deliveryId, Settlement.ACCEPTED);
            count(0, 1, 0);
            return;
        }
        if (deliveryId == 0 && (passengers.size() >= config.windowMax() || bytes >= config.windowBytesMax())) {
            // No credit bounds these: what may be lost is lost, and not kept without end.
            counts = counts.plus(0, 0, 0, 1, passengers.size());
            return;
        }
        Passenger passenger = new Passenger(deliveryId, marked(mapped));
        passengers.addLast(passenger);
        bytes += passenger.bytes;
        weigh();
        count(0, 0, 0);
        outage.unlessStopped(passenger::send);
    }

    private void across(Passenger passenger) {
        passenger.across = true;
        if (passengers.remove(passenger)) {
            bytes -= passenger.bytes;
            weigh();
        }
    }

    /** Not for each message: the source waits until there is room for many. */
    private void weigh() {
        boolean now = full ? bytes > config.windowBytesMax() / 2 : bytes >= config.windowBytesMax();
        if (now != full && session != null) {
            full = now;
            session.writable(!now);
        }
    }

    /** Now and then: whoever sends many of them must not fill the log. Without a text that may have the payload. */
    private void tellUnmapped(Message message, RuntimeException e) {
        long now = System.nanoTime();
        if (toldNanos == 0 || now - toldNanos >= TELL_NANOS_MIN) {
            toldNanos = now;
            LOGGER.warn(
                    "bridge {}: a message to {} cannot be mapped ({}) and is a dead letter with the reason; {} so far",
                    config.name(),
                    message.topic(),
                    e.getClass().getSimpleName(),
                    counts.rejected());
        }
    }

    private boolean crossed(Message message) {
        Headers headers = message.properties().headers();
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equals(BridgeConfig.HEADER)
                    && (headers.value(i).equals(config.name())
                            || config.fromTarget().contains(headers.value(i)))) {
                return true;
            }
        }
        return false;
    }

    /** Under an id too: however often it is tried, it is one message to whoever looks at ids. */
    private Message marked(Message message) {
        Message one = MessageIds.identified(message, time);
        return one.toBuilder()
                .properties(one.properties().toBuilder()
                        .headers(one.properties().headers().with(BridgeConfig.HEADER, config.name()))
                        .build())
                .build();
    }

    private void settle(int deliveryId, Settlement settlement) {
        if (session != null && deliveryId != 0) {
            session.settle(deliveryId, settlement);
        }
    }

    private void count(int carried, int filtered, int rejected) {
        counts = counts.plus(carried, filtered, rejected, 0, passengers.size());
    }

    private void answered(Try one, @Nullable Refusal refusal) {
        Passenger passenger = one.passenger();
        // Not of an earlier session, and not a refusal that came after it was given up; it may be under way again.
        if (passenger.epoch == epoch && !passenger.across && (refusal == null || one.isUnderWay())) {
            ended(passenger, refusal);
        }
        if (outage.isOn() && open == 0 && !pausing) {
            pausing = true;
            int pause = pauses;
            long jitter = ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
            lane.later(pauseMillis - jitter, () -> again(pause));
            pauseMillis = Math.min(PAUSE_MAX_MILLIS, pauseMillis * 2);
        }
    }

    private void ended(Passenger passenger, @Nullable Refusal refusal) {
        if (passenger.underWay != null) {
            passenger.underWay = null;
            open--;
        }
        if (refusal == null) {
            across(passenger);
            settle(passenger.deliveryId, Settlement.ACCEPTED);
            pauseMillis = PAUSE_FIRST_MILLIS;
            health = Health.UP;
            count(1, 0, 0);
        } else if (Outage.isFinal(refusal.reason())) {
            across(passenger);
            settle(
                    passenger.deliveryId,
                    new Settlement.Rejected(
                            far.name() + " refused it: " + refusal.reason().code() + ", " + refusal.detail()));
            count(0, 0, 1);
        } else {
            outage.begin();
            health = new Health(
                    Health.Status.DEGRADED,
                    passengers.size() + " messages wait for " + far.name() + ": "
                            + refusal.reason().code() + ", " + refusal.detail());
        }
    }

    /** Now and then: who was not answered for too long was perhaps not heard. */
    void giveUpWaiting() {
        long now = System.nanoTime();
        Refusal refusal = new Refusal(
                ReasonCode.BUSY, "no answer within " + config.answerTimeout().toMillis() + " ms");
        for (Passenger passenger : passengers.toArray(Passenger[]::new)) {
            Try one = passenger.underWay;
            if (one != null
                    && now - passenger.sentNanos >= config.answerTimeout().toNanos()) {
                answered(one, refusal);
            }
        }
    }

    private void again(int pause) {
        if (pause != pauses) {
            return;
        }
        outage.end();
        pausing = false;
        far.again();
        for (Passenger passenger : passengers.toArray(Passenger[]::new)) {
            if (passenger.underWay == null && !outage.unlessStopped(passenger::send)) {
                return;
            }
        }
    }

    private final class Passenger {
        final int deliveryId;
        final int bytes;
        final FarSide.Passage passage;
        final int epoch = Crossing.this.epoch;
        long sentNanos;
        boolean across;

        /** Its try that has no answer yet; changed by the lane alone. */
        volatile @Nullable Try underWay;

        Passenger(int deliveryId, Message message) {
            this.deliveryId = deliveryId;
            bytes = message.sizeBytes();
            passage = far.passage(message);
        }

        /** Who throws has refused: nothing that comes after it may overtake. */
        void send() {
            Try one = new Try(this);
            underWay = one;
            sentNanos = System.nanoTime();
            open++;
            try {
                passage.send(one);
            } catch (RuntimeException | Error e) {
                LOGGER.error("bridge {}: {} failed", config.name(), far.name(), e);
                one.refused(0, new Refusal(ReasonCode.INTERNAL, far.name() + " failed: " + e));
            }
        }
    }

    /** Each has its own answer, which may come when the next is under way. */
    private final class Try implements PublishCallback {
        private final Passenger passenger;

        Try(Passenger passenger) {
            this.passenger = passenger;
        }

        Passenger passenger() {
            return passenger;
        }

        boolean isUnderWay() {
            return passenger.underWay == this;
        }

        @Override
        public void published(long zero, Outcome outcome, Durability reached, long sequence) {
            later(null);
        }

        @Override
        public void refused(long zero, Refusal refusal) {
            if (!Outage.isFinal(refusal.reason()) && passenger.epoch == epoch && isUnderWay()) {
                outage.begin();
            }
            later(refusal);
        }

        private void later(@Nullable Refusal refusal) {
            try {
                lane.execute(() -> answered(this, refusal));
            } catch (RejectedExecutionException e) {
                LOGGER.debug("bridge {} is closed; an answer comes too late", config.name());
            }
        }
    }
}
