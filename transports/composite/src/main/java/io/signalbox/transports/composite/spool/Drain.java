package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Outage;
import io.signalbox.transports.composite.strategy.Stop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the spool's messages to the transport, in order, a window of them at a time. One that is refused stops the window;
 * when all of it is answered, those that were refused go again, in order, after a pause that grows. Only what a later try
 * cannot change ends a message here: its publisher was told that it is safe.
 *
 * <p>The slots' state is guarded by the drain's monitor; everything else belongs to the thread that calls {@link
 * #turn}.
 */
final class Drain {
    private static final Logger LOGGER = LoggerFactory.getLogger(Drain.class);
    private static final long PAUSE_FIRST_MILLIS = 100;
    private static final long PAUSE_MAX_MILLIS = 10_000;
    private static final int READ_MAX = 256;

    private final Spool spool;
    private final Transport target;
    private final SpoolConfig config;
    private final RefusedMessages refused;
    private final Pace pace;
    private final Deque<Slot> window = new ArrayDeque<>();
    private final Stop outage;
    private int open;
    private final HoldUp holdUp;
    private volatile boolean firstIsGivenUp;
    private long readFrom;
    private long pauseMillis = PAUSE_FIRST_MILLIS;
    private long notBeforeNanos = System.nanoTime();

    private enum State {
        WAITING,
        SENT,
        DONE
    }

    Drain(Spool spool, Transport target, SpoolConfig config, RefusedMessages refused, Stop outage) {
        this.spool = spool;
        this.target = target;
        this.config = config;
        this.refused = refused;
        this.outage = outage;
        readFrom = spool.cursor();
        holdUp = new HoldUp(target.name());
        pace = new Pace(config.drainPerSecondMax());
    }

    /**
     * Sends what may be sent now.
     *
     * @return false if there is nothing to do before the next answer
     */
    boolean turn() throws IOException {
        if (firstIsGivenUp) {
            Slot first = window.peekFirst();
            firstIsGivenUp = first != null && !first.giveUp();
        }
        boolean advanced = advance();
        giveUpWaiting();
        if (stopped()) {
            return advanced;
        }
        boolean sent = send(waiting());
        return send(read()) || sent || advanced;
    }

    /** The spool is told of what is done from its start on. */
    private boolean advance() {
        int done = 0;
        long upTo = 0;
        Slot head;
        while ((head = window.peekFirst()) != null && stateOf(head) == State.DONE) {
            upTo = head.nextPosition;
            window.pollFirst();
            done++;
        }
        if (done > 0) {
            pauseMillis = PAUSE_FIRST_MILLIS;
            holdUp.isOver(window.isEmpty());
            spool.drained(done, upTo);
        }
        return done > 0;
    }

    /** Whoever does not answer has perhaps not heard: what is under way for too long counts as refused. */
    private void giveUpWaiting() {
        long now = System.nanoTime();
        for (Slot slot : window) {
            synchronized (this) {
                if (slot.state != State.SENT) {
                    continue;
                }
                if (now - slot.sentNanos < config.answerTimeout().toNanos()) {
                    return; // they are in the order of their sending, but for a few that went again
                }
                outage.begin();
                answered(slot, State.WAITING);
            }
        }
    }

    private synchronized State stateOf(Slot slot) {
        return slot.state;
    }

    /** An outage lasts until the whole window is answered, and a pause with jitter longer. */
    private synchronized boolean stopped() {
        if (outage.isOn() && open == 0) {
            outage.end();
            long jitter = ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
            notBeforeNanos = System.nanoTime() + (pauseMillis - jitter) * 1_000_000;
            pauseMillis = Math.min(PAUSE_MAX_MILLIS, pauseMillis * 2);
        }
        return outage.isOn() || System.nanoTime() - notBeforeNanos < 0;
    }

    /** Those of the window that were refused. */
    private synchronized List<Slot> waiting() {
        List<Slot> waiting = new ArrayList<>();
        for (Slot slot : window) {
            if (slot.state == State.WAITING) {
                waiting.add(slot);
            }
        }
        return waiting;
    }

    private List<Slot> read() throws IOException {
        int room = Math.min(config.windowMax() - window.size(), pace.allowed(System.nanoTime()));
        List<Slot> fresh = new ArrayList<>();
        if (room > 0) {
            Spool.Page page = spool.read(readFrom, Math.min(room, READ_MAX));
            for (Spool.Spooled spooled : page.messages()) {
                Slot slot = new Slot(spooled.message(), spooled.nextPosition());
                window.addLast(slot);
                fresh.add(slot);
                pace.spend();
            }
            readFrom = page.next();
            if (window.isEmpty()) {
                spool.passed(readFrom);
            }
        }
        return fresh;
    }

    /** In order, and no further once one is refused. */
    private boolean send(List<Slot> slots) {
        for (Slot slot : slots) {
            if (!outage.unlessStopped(() -> send(slot))) {
                break;
            }
        }
        return !slots.isEmpty();
    }

    private void send(Slot slot) {
        Try one = begin(slot);
        try {
            target.publish(slot.message, one, 0);
        } catch (RuntimeException | Error e) {
            LOGGER.error("{} failed", target.name(), e);
            one.keep(new Refusal(ReasonCode.INTERNAL, target.name() + " failed: " + e));
        }
    }

    private synchronized Try begin(Slot slot) {
        Try one = new Try(slot);
        slot.state = State.SENT;
        slot.sentNanos = System.nanoTime();
        slot.underWay = one;
        open++;
        return one;
    }

    private synchronized void keptWaiting(Try one, Refusal why) {
        if (isUnderWay(one)) {
            one.slot.refusal = why;
            holdUp.by(one.slot.message, why);
            answered(one.slot, State.WAITING);
        }
    }

    private synchronized boolean isUnderWay(Try one) {
        return one.slot.underWay == one;
    }

    private synchronized void answered(Slot slot, State now) {
        if (slot.state == State.SENT) {
            slot.state = now;
            slot.underWay = null;
            open--;
            notifyAll();
        } else if (slot.state == State.WAITING && now == State.DONE) {
            slot.state = State.DONE; // an answer that came late: it need not go again
        }
    }

    /** Waits for an answer, or until the time is over. */
    synchronized void await(long millis) throws InterruptedException {
        wait(millis);
    }

    boolean windowEmpty() {
        return window.isEmpty();
    }

    /** What was refused last, and why; null while messages get through. Any thread. */
    @Nullable
    String heldUpBy() {
        return holdUp.by();
    }

    /** The next turn sees to it. Any thread. */
    void giveUpFirst() {
        firstIsGivenUp = true;
    }

    private CompletionStage<?> handing(Message message, Refusal why) {
        try {
            return refused.add(message, why);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private final class Slot {
        final Message message;
        final long nextPosition;
        State state = State.WAITING;

        @Nullable
        Refusal refusal;

        /** Which has no answer yet. */
        @Nullable
        Try underWay;

        long sentNanos;
        private boolean told;

        Slot(Message message, long nextPosition) {
            this.message = message;
            this.nextPosition = nextPosition;
        }

        /**
         * Somebody has decided that it need not be taken. An outage is nothing to decide about.
         *
         * @return false while it is under way: ask again when it is answered
         */
        boolean giveUp() {
            Refusal why;
            Try one;
            synchronized (Drain.this) {
                if (state == State.SENT) {
                    return false;
                }
                why = state == State.WAITING ? refusal : null;
                if (why == null || Outage.is(why.reason())) {
                    return true;
                }
                one = begin(this);
            }
            one.handOver(why);
            return true;
        }
    }

    /** Each has an answer of its own: a refusal of one that was given up is none of the next. */
    private final class Try implements PublishCallback {
        private final Slot slot;

        Try(Slot slot) {
            this.slot = slot;
        }

        @Override
        public void published(long zero, Outcome outcome, Durability reached, long sequence) {
            answered(slot, State.DONE);
        }

        @Override
        public void refused(long zero, Refusal refusal) {
            if (Outage.isFinal(refusal.reason())) {
                handOver(refusal);
            } else {
                keep(refusal);
            }
        }

        private void keep(Refusal why) {
            if (!isUnderWay(this)) {
                return;
            }
            outage.begin();
            keptWaiting(this, why);
        }

        /** It is under way until somebody else has it; if nobody takes it, it is kept. */
        private void handOver(Refusal why) {
            if (!isUnderWay(this)) {
                return;
            }
            if (!slot.told) {
                slot.told = true;
                LOGGER.warn("a spooled message to {} is not for {}: {}", slot.message.topic(), target.name(), why);
            }
            handing(slot.message, why).whenComplete((done, failure) -> {
                if (failure == null) {
                    answered(slot, State.DONE);
                } else {
                    String also = "; and what is refused could not be put elsewhere: " + failure.getMessage();
                    keep(new Refusal(why.reason(), why.detail() + also));
                }
            });
        }
    }
}
