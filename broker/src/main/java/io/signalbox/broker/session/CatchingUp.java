package io.signalbox.broker.session;

import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * While a session receives a past, its live messages wait here: all of them while it comes as fast as can be, those of
 * the same filter alone while it comes at a pace, which may take for hours. The log's past ends where the live stream
 * begins; what memory alone has may come both ways, and is known by its message being the very same object. Owned by the
 * session's turn.
 */
final class CatchingUp {
    /** Of sessions that receive no past, which are most of them. Shared: to look at alone. */
    static final CatchingUp NOTHING = new CatchingUp();

    private final ArrayDeque<Waiting> live = new ArrayDeque<>(0);

    /** Of readers that have not begun. The permits alone: what they brought must not be kept by this. */
    private final List<Semaphore> toBegin = new ArrayList<>(0);

    private final List<Semaphore> toGoOn = new ArrayList<>(0);
    private @Nullable Set<Message> seen;

    /** One stands here as often as its past is asked for. */
    private final List<FilterSpec> running = new ArrayList<>(0);

    /** Complete, but its last messages are not delivered yet. */
    private final List<FilterSpec> draining = new ArrayList<>(0);

    /** Of what waits in memory alone. */
    private int unloggedCount;

    private long unloggedBytes;

    /** Of what waits in the log. */
    private int loggedCount;

    private long loggedBytes;

    void begin(FilterSpec spec) {
        running.add(spec);
    }

    /** @return nobody receives anything any more, nor waits */
    boolean isOver() {
        return !active() && toBegin.isEmpty() && toGoOn.isEmpty() && live.isEmpty();
    }

    boolean active() {
        return !running.isEmpty() || !draining.isEmpty();
    }

    /** Must a live message of that topic wait? */
    boolean holdsUp(TopicEntry topic) {
        return anyHoldsUp(running, topic) || anyHoldsUp(draining, topic);
    }

    private static boolean anyHoldsUp(List<FilterSpec> specs, TopicEntry topic) {
        for (int i = 0; i < specs.size(); i++) {
            FilterSpec spec = specs.get(i);
            if (!(spec.replaySpeed() > 0) || spec.filter().matches(topic.topic())) {
                return true;
            }
        }
        return false;
    }

    void hold(Waiting item) {
        live.addLast(item);
        count(item, 1);
    }

    private void count(Waiting item, int sign) {
        switch (item) {
            case Offer offer -> {
                unloggedCount += sign;
                unloggedBytes += (long) sign * offer.message().sizeBytes();
            }
            case QueueEntry entry -> {
                loggedCount += sign;
                loggedBytes += (long) sign * entry.bytes;
            }
        }
    }

    int logged() {
        return loggedCount;
    }

    long loggedBytes() {
        return loggedBytes;
    }

    /** @return the oldest that memory alone has, which has to go since too much of it waits; null: there is room */
    @Nullable
    Offer overflow(int messagesMax, long bytesMax) {
        return unloggedCount > messagesMax || unloggedBytes > bytesMax ? takeOldest(Offer.class) : null;
    }

    /** Taken out; null: there is none of that kind. */
    <T extends Waiting> @Nullable T takeOldest(Class<T> kind) {
        for (Iterator<Waiting> all = live.iterator(); all.hasNext(); ) {
            Waiting item = all.next();
            if (kind.isInstance(item)) {
                all.remove();
                count(item, -1);
                return kind.cast(item);
            }
        }
        return null;
    }

    void saw(StoredMessage stored) {
        if (stored.sequence() == 0) {
            if (seen == null) {
                seen = Collections.newSetFromMap(new IdentityHashMap<>());
            }
            seen.add(stored.message());
        }
    }

    /** Its reader begins when somebody is here, and sends the next piece when there is room for it. */
    void await(CatchUp piece) {
        (piece.messages().isEmpty() ? toBegin : toGoOn).add(piece.permits());
    }

    /** Somebody is here to get it. */
    void begins() {
        release(toBegin, 1);
    }

    void room() {
        release(toGoOn, 1);
    }

    private static void release(List<Semaphore> waiting, int permits) {
        if (!waiting.isEmpty()) {
            waiting.forEach(one -> one.release(permits));
            waiting.clear();
        }
    }

    /** One past is complete. */
    void ended(FilterSpec spec) {
        if (running.remove(spec)) {
            draining.add(spec);
        }
    }

    boolean hasEnded() {
        return !draining.isEmpty();
    }

    /** What is complete is delivered too: the live stream of it goes on. */
    void release(Consumer<Offer> alreadySeen, Consumer<Waiting> accept) {
        draining.clear();
        List<Waiting> free = new ArrayList<>();
        live.removeIf(item -> !holdsUp(item.topic()) && free.add(item));
        for (Waiting item : free) {
            count(item, -1);
            if (item instanceof Offer offer && seen != null && seen.contains(offer.message())) {
                alreadySeen.accept(offer);
            } else {
                accept.accept(item);
            }
        }
        if (running.isEmpty()) {
            seen = null;
        }
    }

    /** The session ends: nobody waits any more. */
    void abandon(Consumer<Waiting> held) {
        List<Waiting> all = List.copyOf(live);
        live.clear();
        all.forEach(item -> count(item, -1));
        all.forEach(held);
        release(toBegin, Short.MAX_VALUE);
        release(toGoOn, Short.MAX_VALUE);
        running.clear();
        draining.clear();
        seen = null;
    }

    int held() {
        return live.size();
    }

    void forEachHeld(Consumer<Waiting> action) {
        live.forEach(action);
    }
}
