package io.signalbox.transports.memory;

import io.signalbox.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What went through, oldest first: the last 100,000 of each kind. Thread safe. */
public final class Capture {
    private static final int KEPT_MAX = 100_000;

    private final Deque<Publication> publications = new ArrayDeque<>();
    private final Deque<Handover> handovers = new ArrayDeque<>();

    Capture() {}

    synchronized void add(Publication publication) {
        add(publications, publication);
    }

    synchronized void add(Handover handover) {
        add(handovers, handover);
    }

    private <T> void add(Deque<T> to, T one) {
        if (to.size() == KEPT_MAX) {
            to.removeFirst();
        }
        to.addLast(one);
        notifyAll();
    }

    public synchronized List<Publication> publications() {
        return List.copyOf(publications);
    }

    public synchronized List<Handover> handovers() {
        return List.copyOf(handovers);
    }

    /** What was published to matching topics. */
    public Messages published(String canonicalFilter) {
        TopicFilter filter = TopicFilter.ofCanonical(canonicalFilter);
        return new Messages(
                "published to " + canonicalFilter,
                publications().stream()
                        .filter(p -> filter.matches(p.message().topic()))
                        .map(p -> new Messages.Seen(p.message(), p.atNanos()))
                        .toList());
    }

    /** What that session was handed, repeats included. */
    public Messages deliveredTo(String session) {
        return new Messages(
                "delivered to " + session,
                handovers().stream()
                        .filter(h -> h.session().equals(session))
                        .map(h -> new Messages.Seen(h.message(), h.atNanos()))
                        .toList());
    }

    /** Waits until so many were published to matching topics; an AssertionError if they are not in time. */
    public Messages awaitPublished(String canonicalFilter, int count, Duration patience) {
        await(() -> published(canonicalFilter).size() >= count, patience, () -> published(canonicalFilter), count);
        return published(canonicalFilter);
    }

    public Messages awaitDelivered(String session, int count, Duration patience) {
        await(() -> deliveredTo(session).size() >= count, patience, () -> deliveredTo(session), count);
        return deliveredTo(session);
    }

    private synchronized void await(BooleanSupplier condition, Duration patience, Supplier<Messages> found, int count) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("within " + patience + " " + found.get() + " instead of " + count);
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /** Forgets what it has, for the next part of a test. */
    public synchronized void clear() {
        publications.clear();
        handovers.clear();
    }
}
