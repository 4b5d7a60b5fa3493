package io.signalbox.client.spool;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the store's messages to the server, in order, a window of them at a time. One that is refused for the moment
 * stops the window; when all of it is answered it goes again, after a pause. A lost connection makes all that is
 * unanswered wait for the next, which gets it in the same order under the same keys.
 *
 * <p>The window belongs to the drain's thread; what it shares with those that answer is guarded by the drain's monitor.
 */
final class Drain implements LinkUser {
    private static final Logger LOGGER = LoggerFactory.getLogger(Drain.class);
    private static final int READ_MAX = 256;
    private static final long WINDOW_BYTES_MAX = 32L << 20;
    private static final long IDLE_MILLIS = 10_000;
    private static final long DISK_PAUSE_MILLIS = 1_000;
    private static final long STUCK_MILLIS = 1_000;

    private final Store store;
    private final SpoolConfig config;
    private final TimeSource time;
    private final Outcomes outcomes;
    private final Deque<Slot> window = new ArrayDeque<>();
    private final Thread thread;
    private long windowBytes;
    private long readFrom;

    /** The first of the window, when it was looked at last, and since when it is that. */
    private @Nullable Slot head;

    private long headSinceNanos;

    /** At once; one, when there was no memory for more. */
    private int readMax = READ_MAX;

    /** Those under way. */
    private final Set<Slot> sent = new LinkedHashSet<>();

    private @Nullable Link link;
    private long generation;
    private int open;
    private boolean stopping;
    private boolean news;
    private boolean someWait;
    private boolean someRefused;
    private final Stall stall = new Stall();
    private final Retry shelving = new Retry();
    private volatile boolean heldUp;

    Drain(Store store, SpoolConfig config, TimeSource time, Outcomes outcomes) {
        this.store = store;
        this.config = config;
        this.time = time;
        this.outcomes = outcomes;
        readFrom = store.start();
        store.onReadable(this::wake);
        thread = Thread.ofPlatform().daemon().name("signalbox-client-drain").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public synchronized void linkUp(Link value) {
        link = value;
        stall.endPause(); // Another server, perhaps, or the same one in better health.
        wake();
    }

    @Override
    public synchronized void linkDown() {
        link = null;
        generation++;
        open = 0;
        for (Slot slot : sent) {
            slot.state = Slot.State.WAITING;
            someWait = true;
        }
        sent.clear();
        wake();
    }

    /** The next turn sees to it. Any thread. */
    synchronized void wake() {
        news = true;
        notifyAll();
    }

    /** Refused messages have no room, or their disk does not take them: nothing more is sent until it does. */
    boolean heldUp() {
        return heldUp;
    }

    /** Since when messages are refused for the moment that still are; null: none are. */
    @Nullable
    synchronized Long refusedForNowSinceMillis() {
        return stall.sinceMillis();
    }

    void stop() {
        synchronized (this) {
            stopping = true;
            wake();
        }
        Joined.wait(thread);
    }

    private void run() {
        try {
            while (true) {
                long pauseMillis;
                try {
                    pauseMillis = turn();
                    readMax = READ_MAX;
                } catch (IOException
                        | RuntimeException
                        | Error e) { // Whatever it is, what waits must not wait for ever.
                    readMax = 1;
                    pauseMillis = DISK_PAUSE_MILLIS;
                    LOGGER.error("the spool cannot be read or written, and is tried again", e);
                }
                synchronized (this) {
                    if (!news && !stopping) {
                        wait(window.isEmpty() ? pauseMillis : Math.min(pauseMillis, STUCK_MILLIS));
                    }
                    news = false;
                    if (stopping) {
                        break;
                    }
                }
            }
            advance();
            tellBehind();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how long to wait, unless there is news */
    private long turn() throws IOException {
        if (shelving.isDue()) {
            shelve();
        }
        advance();
        if (isStuck()) {
            tellBehind();
        }
        Link current;
        long sentFor;
        synchronized (this) {
            current = link;
            sentFor = generation;
            if (current == null || heldUp || (stall.isPausing() && open > 0)) {
                return shelving.millisLeft(IDLE_MILLIS);
            }
            long left = stall.millisLeft();
            if (left > 0) {
                return left;
            }
        }
        int room = Math.min(config.windowMax(), current.receiveMaximum());
        boolean all = send(waiting(), current, sentFor, room);
        while (all && isWorthReading(room) && store.hasMore(readFrom)) {
            all = send(read(room - window.size()), current, sentFor, room);
        }
        return IDLE_MILLIS;
    }

    /** Not for every answer: each look into the log has its price. */
    private boolean isWorthReading(int room) {
        return window.isEmpty() || (window.size() <= room - Math.max(1, room / 4) && windowBytes < WINDOW_BYTES_MAX);
    }

    private List<Slot> read(int room) throws IOException {
        Store.Page page = store.read(readFrom, Math.min(room, readMax), WINDOW_BYTES_MAX - windowBytes);
        List<Slot> fresh = page.messages().stream()
                .map(stored -> new Slot(this, stored, config.retriesMax(), outcomes))
                .toList();
        window.addAll(fresh);
        readFrom = page.next();
        fresh.forEach(slot -> windowBytes += slot.stored.bytes());
        return fresh;
    }

    /** Those to be sent again. */
    private synchronized List<Slot> waiting() {
        if (!someWait) {
            return List.of();
        }
        List<Slot> waiting =
                window.stream().filter(slot -> slot.state == Slot.State.WAITING).toList();
        someWait = !waiting.isEmpty();
        return waiting;
    }

    /** In order, and no further once one is refused or the connection is lost. */
    private boolean send(List<Slot> slots, Link current, long sentFor, int room) {
        for (Slot slot : slots) {
            long now = time.millis();
            synchronized (this) {
                if (generation != sentFor || stall.isPausing() || heldUp || open >= room) {
                    someWait = true;
                    return false;
                }
                if (slot.stored.message().isExpired(now)) {
                    done(slot);
                    outcomes.expired(slot.stored);
                    wake();
                    continue;
                }
                slot.state = Slot.State.SENT;
                slot.sentFor = sentFor;
                sent.add(slot);
                open++;
            }
            try {
                current.publish(slot.stored.message(), now, slot);
            } catch (RuntimeException | Error e) {
                slot.refused(new Refusal(ReasonCode.INTERNAL, "the connection cannot take it: " + e), true);
                throw e;
            }
        }
        return true;
    }

    /** Puts aside what is refused for good, before anything else is done. */
    private void shelve() {
        try {
            boolean full = false;
            for (Slot slot : refused()) {
                Refusal why = slot.refusal;
                if (why != null && outcomes.refused(slot.stored, why)) {
                    done(slot);
                } else {
                    full = true;
                }
            }
            shelving.succeeded();
            if (full && !heldUp) {
                LOGGER.warn("{} messages are refused, the most there may be; remove some", config.refusedMax());
            }
            heldUp = full;
        } catch (IOException e) {
            heldUp = true;
            LOGGER.error("a refused message is not kept; nothing is sent until it is, in {} ms", shelving.failed(), e);
        }
    }

    /** Looked for until there is none: one that could not be put aside is among the next. */
    private synchronized List<Slot> refused() {
        if (!someRefused) {
            return List.of();
        }
        List<Slot> refused =
                window.stream().filter(slot -> slot.state == Slot.State.REFUSED).toList();
        someRefused = !refused.isEmpty();
        return refused;
    }

    /** The store is told of what is done from its start on. */
    private void advance() {
        Store.Stored last = null;
        long count = 0;
        long bytes = 0;
        for (Slot head = window.peekFirst(); head != null && isDone(head); head = window.peekFirst()) {
            last = head.stored;
            count++;
            bytes += last.bytes();
            window.pollFirst();
        }
        if (last != null) {
            windowBytes -= bytes;
            store.done(last.sequence(), last.next());
            outcomes.done(count, bytes);
        }
    }

    private boolean isStuck() {
        if (head != window.peekFirst()) {
            head = window.peekFirst();
            headSinceNanos = System.nanoTime();
        }
        return head != null && System.nanoTime() - headSinceNanos >= STUCK_MILLIS * 1_000_000;
    }

    /** What is done behind one that is not: the next process is not to send that again. */
    private void tellBehind() {
        List<Long> behind = new ArrayList<>();
        synchronized (this) {
            for (Slot slot : window) {
                if (slot.state == Slot.State.DONE && !slot.told) {
                    slot.told = true;
                    behind.add(slot.stored.sequence());
                }
            }
        }
        if (!behind.isEmpty()) {
            store.doneBehind(behind);
        }
    }

    private synchronized void done(Slot slot) {
        slot.state = Slot.State.DONE;
        stall.ended(slot);
    }

    private synchronized boolean isDone(Slot slot) {
        return slot.state == Slot.State.DONE;
    }

    /** @return false: it was answered already, or by a connection that is gone */
    synchronized boolean answered(Slot slot, Slot.State next, @Nullable Refusal why) {
        if (slot.state != Slot.State.SENT || slot.sentFor != generation) {
            return false;
        }
        slot.state = next;
        slot.refusal = why;
        someWait |= next == Slot.State.WAITING;
        someRefused |= next == Slot.State.REFUSED;
        sent.remove(slot);
        open--;
        if (next == Slot.State.WAITING) {
            stall.refused(slot, slot.refusals, why, time.millis());
            slot.refusals = Math.min(slot.refusals + 1, Integer.MAX_VALUE - 1);
        } else {
            stall.ended(slot);
        }
        wake();
        return true;
    }
}
