package io.signalbox.gateway.mqtt.will;

import io.netty.util.concurrent.EventExecutor;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Publishes wills. A broker that is busy for a moment is the one that ends its clients, so wills come just then: one
 * that is refused for it is tried again, with pauses that double, for about a minute. Meanwhile later ones wait behind
 * it, so that none overtakes an older one of its client. Thread safe.
 */
final class WillPublisher {
    static final int PAUSES_MAX = 64;
    static final long PAUSE_MILLIS_MIN = 10;
    static final long PAUSE_MILLIS_MAX = 1_000;

    private final Transport transport;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Counters<MqttCounter> counters;
    private final PublishCallback lost;
    private final long bytesMax;

    private final Deque<Try> waiting = new ArrayDeque<>();
    private final List<Try> refusedAgain = new ArrayList<>();
    private long bytes;
    private int firstUnderWay;
    private int againUnderWay;
    private long pauseMillis = PAUSE_MILLIS_MIN;
    private boolean timed;

    /**
     * @param lost hears of those that are given up; the number it is told means nothing
     * @param bytesMax of all that wait to be tried again
     */
    WillPublisher(
            Transport transport,
            Authorizer authorizer,
            TimeSource time,
            Counters<MqttCounter> counters,
            PublishCallback lost,
            long bytesMax) {
        this.transport = transport;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.lost = lost;
        this.bytesMax = bytesMax;
    }

    /** @param loop has the pauses */
    void publish(Will will, Principal principal, EventExecutor loop) {
        Try one = new Try(will, principal, loop);
        boolean now;
        boolean kept;
        synchronized (this) {
            now = waiting.isEmpty() && againUnderWay == 0;
            firstUnderWay += now ? 1 : 0;
            kept = !now && keep(one);
        }
        if (now) {
            one.make();
        } else if (!kept) {
            lost.refused(0, new Refusal(ReasonCode.BUSY, "too many wills wait for a busy broker"));
        }
    }

    /** All that wait are tried now. */
    void again() {
        List<Try> all;
        synchronized (this) {
            if (againUnderWay > 0) {
                return;
            }
            all = List.copyOf(waiting);
            waiting.clear();
            againUnderWay = all.size();
        }
        all.forEach(Try::make);
    }

    /** None waits, and each was answered. */
    synchronized boolean idle() {
        return waiting.isEmpty() && firstUnderWay + againUnderWay == 0;
    }

    /** Behind those that wait. @return false: there is no room */
    private boolean keep(Try one) {
        if (bytes + one.will.sizeBytes() > bytesMax) {
            return false;
        }
        bytes += one.will.sizeBytes();
        one.kept = true;
        waiting.add(one);
        schedule(one.loop);
        return true;
    }

    private void schedule(EventExecutor loop) {
        if (timed || againUnderWay > 0 || waiting.isEmpty()) {
            return;
        }
        try {
            loop.schedule(this::pauseOver, pauseMillis, TimeUnit.MILLISECONDS);
            timed = true;
        } catch (RejectedExecutionException stopping) {
            // The gateway closes, and tries what waits until its time is over.
        }
    }

    private void pauseOver() {
        synchronized (this) {
            timed = false;
            waiting.forEach(one -> one.pauses++);
        }
        again();
    }

    /** @return false: it is not to be tried again, or there is no room for it */
    private synchronized boolean answered(Try one, boolean busy) {
        if (!one.kept) {
            firstUnderWay--;
            return busy && keep(one);
        }
        boolean again = busy && one.pauses < PAUSES_MAX;
        if (again) {
            refusedAgain.add(one);
        } else {
            bytes -= one.will.sizeBytes();
        }
        if (--againUnderWay == 0) {
            pauseMillis = refusedAgain.isEmpty() ? PAUSE_MILLIS_MIN : Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
            refusedAgain.reversed().forEach(waiting::addFirst);
            refusedAgain.clear();
            schedule(one.loop);
        }
        return again;
    }

    /** One will, on its way to the broker for the first time or again. */
    private final class Try implements PublishCallback {
        final Will will;
        final EventExecutor loop;
        private final Principal principal;

        /** It has waited, and its bytes are counted. */
        boolean kept;

        int pauses;

        Try(Will will, Principal principal, EventExecutor loop) {
            this.will = will;
            this.principal = principal;
            this.loop = loop;
        }

        /** If its client still may: it may have lost the right since its CONNECT. */
        void make() {
            Message message = will.message();
            if (!authorizer.mayPublish(principal, message.topic())) {
                counters.increment(MqttCounter.WILL_NOT_AUTHORIZED);
                answered(this, false);
                return;
            }
            if (message.ttlMillis() > 0) {
                message = message.toBuilder().timestampMillis(time.millis()).build();
            }
            transport.publish(message, this, 0);
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            counters.increment(MqttCounter.WILLS_PUBLISHED);
            answered(this, false);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            if (!answered(this, refusal.reason() == ReasonCode.BUSY)) {
                lost.refused(0, refusal);
            }
        }
    }
}
