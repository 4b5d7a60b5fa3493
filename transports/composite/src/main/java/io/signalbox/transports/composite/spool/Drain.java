package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Outage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the spool's messages to the transport, in order, a window of them at a time. One refused for an outage stops
 * the window; when all of it is answered, those that were refused go again, in order, after a pause that grows.
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
    private int open;
    private boolean outage;
    private long readFrom;
    private long pauseMillis = PAUSE_FIRST_MILLIS;
    private long notBeforeNanos = System.nanoTime();

    private enum State {
        WAITING,
        SENT,
        DONE
    }

    Drain(Spool spool, Transport target, SpoolConfig config, RefusedMessages refused) {
        this.spool = spool;
        this.target = target;
        this.config = config;
        this.refused = refused;
        readFrom = spool.cursor();
        pace = new Pace(config.drainPerSecondMax());
    }

    /**
     * Sends what may be sent now.
     *
     * @return false if there is nothing to do before the next answer
     */
    boolean turn() throws IOException {
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
                answered(slot, State.WAITING);
            }
        }
    }

    private synchronized State stateOf(Slot slot) {
        return slot.state;
    }

    /** An outage lasts until the whole window is answered, and a pause with jitter longer. */
    private synchronized boolean stopped() {
        if (outage && open == 0) {
            outage = false;
            long jitter = ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
            notBeforeNanos = System.nanoTime() + (pauseMillis - jitter) * 1_000_000;
            pauseMillis = Math.min(PAUSE_MAX_MILLIS, pauseMillis * 2);
        }
        return outage || System.nanoTime() - notBeforeNanos < 0;
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
            synchronized (this) {
                if (outage) {
                    break;
                }
                slot.state = State.SENT;
                slot.sentNanos = System.nanoTime();
                open++;
            }
            target.publish(slot.message, slot, 0);
        }
        return !slots.isEmpty();
    }

    private synchronized void answered(Slot slot, State now) {
        if (slot.state == State.SENT) {
            slot.state = now;
            open--;
            outage |= now == State.WAITING;
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

    private final class Slot implements PublishCallback {
        final Message message;
        final long nextPosition;
        State state = State.WAITING;
        long sentNanos;

        Slot(Message message, long nextPosition) {
            this.message = message;
            this.nextPosition = nextPosition;
        }

        @Override
        public void published(long zero, Outcome outcome, Durability reached, long sequence) {
            answered(this, State.DONE);
        }

        @Override
        public void refused(long zero, Refusal refusal) {
            if (Outage.is(refusal.reason())) {
                answered(this, State.WAITING);
                return;
            }
            LOGGER.warn("{} will never take a spooled message to {}: {}", target.name(), message.topic(), refusal);
            try {
                refused.add(message, refusal);
            } catch (RuntimeException e) {
                LOGGER.error("who is told of refused messages threw at one to {}", message.topic(), e);
            }
            answered(this, State.DONE);
        }
    }
}
