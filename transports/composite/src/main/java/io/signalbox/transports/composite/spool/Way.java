package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.strategy.Outage;
import io.signalbox.transports.composite.strategy.Outlet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which way publishes go, in an order that an outage does not change. Its monitor guards all of it and is never held
 * while the transport is called.
 *
 * <pre>
 * DIRECT    to the transport. One refused for an outage, or a transport seen to be down: TURNING
 * TURNING   those under way are waited for, later ones are held. All answered: the refused and then the held ones are
 *           spooled, in their order: SPOOLING
 * SPOOLING  to the spool. The spool is drained to its end: DIRECT
 * </pre>
 */
final class Way {
    private static final Logger LOGGER = LoggerFactory.getLogger(Way.class);

    private static final long ENTER_LOOK_NANOS = 50_000;
    private static final int UNDER_WAY_MAX = 50_000;
    private static final long UNDER_WAY_BYTES_MAX = 256L << 20;

    private enum Mode {
        DIRECT,
        TURNING,
        SPOOLING
    }

    private final String name;
    private final Spool spool;
    private final long answerTimeoutNanos;
    private final long enterNanosMax;
    /** Publishes that go directly and are not at the transport yet. */
    private final AtomicInteger entering = new AtomicInteger();

    /** How many direct publishes the thread is within. */
    private final ThreadLocal<int[]> within = ThreadLocal.withInitial(() -> new int[1]);

    private final Deque<UnderWay> underWay = new ArrayDeque<>();
    private final List<UnderWay> held = new ArrayList<>();
    private Mode mode;
    private int open;
    private long bytes;
    private boolean targetDown;

    /** However many are refused: until when those on their way are waited for. Of the last turning. */
    private volatile long enterUntilNanos;

    /** @param enterMax a transport that calls back with a lock held that its publish needs would stand still for good */
    Way(String name, Spool spool, Duration answerTimeout, Duration enterMax) {
        this.name = name;
        this.spool = spool;
        answerTimeoutNanos = answerTimeout.toNanos();
        enterNanosMax = enterMax.toNanos();
        mode = spool.isEmpty() ? Mode.DIRECT : Mode.SPOOLING;
    }

    void publish(Message message, Outlet outlet, PublishCallback callback, long context) {
        UnderWay one = new UnderWay(message, callback, context);
        List<Runnable> told = new ArrayList<>();
        Refusal refusal = null;
        boolean direct = false;
        synchronized (this) {
            if (mode == Mode.DIRECT && targetDown) {
                turn("it is down", told);
            }
            if (mode == Mode.SPOOLING) {
                refusal = spool.append(message, callback, context, false);
            } else if (underWay.size() + held.size() >= UNDER_WAY_MAX || bytes >= UNDER_WAY_BYTES_MAX) {
                refusal = new Refusal(
                        ReasonCode.BUSY,
                        underWay.size() + held.size() + " publishes of " + bytes + " bytes wait for an answer of "
                                + name + "; the bounds are " + UNDER_WAY_MAX + " and " + UNDER_WAY_BYTES_MAX);
            } else {
                bytes += message.sizeBytes();
                direct = mode == Mode.DIRECT;
                if (direct) {
                    underWay.addLast(one);
                    open++;
                    entering.incrementAndGet();
                } else {
                    held.add(one);
                }
            }
        }
        told.forEach(Runnable::run);
        if (refusal != null) {
            callback.refused(context, refusal);
        } else if (direct) {
            int[] depth = within.get();
            depth[0]++;
            one.publisher = Thread.currentThread();
            try {
                outlet.publish(message, one, 0);
            } finally {
                one.entered();
                depth[0]--;
            }
        }
    }

    /**
     * Those that were on their way when the first was refused come to the transport before the refusal is over: so one that
     * refuses all that was published before refuses them too. None follows them. A thread that is within a publish itself
     * does not wait: two of them would wait for each other.
     */
    private void awaitEntering() {
        if (within.get()[0] > 0) {
            return;
        }
        long until = enterUntilNanos;
        while (entering.get() > 0 && spooling() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(ENTER_LOOK_NANOS);
        }
    }

    /**
     * With the monitor held.
     *
     * @param told gets what publishers are to be told once it is not: they may publish again at once
     */
    private void turn(String why, List<Runnable> told) {
        LOGGER.warn("{} does not take messages ({}); they are spooled", name, why);
        mode = Mode.TURNING;
        enterUntilNanos = System.nanoTime() + enterNanosMax;
        spoolIfAnswered(told);
    }

    /** With the monitor held. */
    private void spoolIfAnswered(List<Runnable> told) {
        if (mode != Mode.TURNING || open > 0) {
            return;
        }
        for (UnderWay one : underWay) {
            if (one.state == UnderWay.State.REFUSED) {
                spool(one, told);
            }
        }
        underWay.clear();
        held.forEach(one -> spool(one, told));
        held.clear();
        bytes = 0;
        mode = Mode.SPOOLING;
    }

    private void spool(UnderWay one, List<Runnable> told) {
        Refusal refusal = spool.append(one.message, one.callback, one.context, true);
        if (refusal != null) {
            told.add(() -> one.callback.refused(one.context, refusal));
        }
    }

    /** The transport's health, and whoever waits for an answer for too long: now and then. */
    void tick(boolean down, long nowNanos) {
        List<UnderWay> late = new ArrayList<>();
        synchronized (this) {
            targetDown = down;
            for (UnderWay one : underWay) {
                if (nowNanos - one.sinceNanos < answerTimeoutNanos) {
                    break; // they are in the order of their time
                }
                if (one.state == UnderWay.State.OPEN) {
                    late.add(one);
                }
            }
        }
        Refusal refusal = new Refusal(
                ReasonCode.BUSY, "no answer of " + name + " within " + answerTimeoutNanos / 1_000_000 + " ms");
        late.forEach(one -> one.refused(0, refusal));
    }

    /** The drain is through: if nothing came meanwhile, messages go directly again. */
    synchronized void directIfDrained() {
        if (mode == Mode.SPOOLING && !targetDown && spool.isEmpty()) {
            spool.nothingWaits();
            mode = Mode.DIRECT;
            LOGGER.info("the spool of {} is drained; messages go directly again", name);
        }
    }

    synchronized boolean spooling() {
        return mode != Mode.DIRECT;
    }

    synchronized boolean idle() {
        return open == 0 && held.isEmpty();
    }

    /** One publish on its way to the transport. Its state is guarded by the way's monitor. */
    private final class UnderWay implements PublishCallback {
        enum State {
            OPEN,
            DONE,
            REFUSED
        }

        final Message message;
        final PublishCallback callback;
        final long context;
        final long sinceNanos = System.nanoTime();
        State state = State.OPEN;

        /** Within whose publish it is, until it is at the transport. */
        volatile @Nullable Thread publisher;

        UnderWay(Message message, PublishCallback callback, long context) {
            this.message = message;
            this.callback = callback;
            this.context = context;
        }

        /** It is at the transport. For its publisher alone, which may say so twice. */
        void entered() {
            if (publisher != null) {
                publisher = null;
                entering.decrementAndGet();
            }
        }

        /** @return false if it was answered before: too late */
        private boolean answered(State now, String why) {
            List<Runnable> told = new ArrayList<>();
            synchronized (Way.this) {
                if (state != State.OPEN) {
                    return false;
                }
                state = now;
                open--;
                if (now == State.REFUSED && mode == Mode.DIRECT) {
                    turn(why, told);
                }
                while (mode == Mode.DIRECT && !underWay.isEmpty() && underWay.peekFirst().state == State.DONE) {
                    bytes -= underWay.pollFirst().message.sizeBytes();
                }
                spoolIfAnswered(told);
            }
            told.forEach(Runnable::run);
            return true;
        }

        @Override
        public void published(long zero, Outcome outcome, Durability reached, long sequence) {
            if (answered(State.DONE, "")) {
                callback.published(context, outcome, reached, sequence);
            }
        }

        @Override
        public void refused(long zero, Refusal refusal) {
            if (Outage.is(refusal.reason())) {
                answered(State.REFUSED, refusal.detail());
                if (publisher == Thread.currentThread()) {
                    entered();
                }
                awaitEntering();
            } else if (answered(State.DONE, "")) {
                callback.refused(context, refusal);
            }
        }
    }
}
