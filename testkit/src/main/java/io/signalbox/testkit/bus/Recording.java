package io.signalbox.testkit.bus;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.DeadLetterListener;
import io.signalbox.bus.ledger.Journal;
import io.signalbox.bus.lifecycle.LifecycleEvent;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that happened on a deterministic bus, in its order. Two runs with one seed have the same {@link #text()}.
 * An assertion that fails shows the recording and the seed.
 */
public final class Recording implements Journal, DeadLetterListener {
    private static final int LINES_SHOWN_MAX = 200;

    private final SeededScheduler scheduler;
    private final List<Entry> entries = new ArrayList<>();

    Recording(SeededScheduler scheduler) {
        this.scheduler = scheduler;
    }

    // ---- writing

    @Override
    public void published(Envelope<?> event, PublishResult answer) {
        entries.add(new Entry.Published(now(), event, answer));
    }

    @Override
    public void sent(Envelope<?> command) {
        entries.add(new Entry.Sent(now(), command));
    }

    @Override
    public void answered(Envelope<?> command, CommandResult<?> result) {
        entries.add(new Entry.Answered(now(), command, result));
    }

    @Override
    public void onDeadLetter(DeadLetter letter) {
        entries.add(new Entry.Died(now(), letter.envelope(), letter));
    }

    void called(Envelope<?> envelope, String handler) {
        entries.add(new Entry.Called(now(), envelope, handler));
    }

    void failed(Envelope<?> envelope, String handler, Throwable error) {
        entries.add(new Entry.Failed(now(), envelope, handler, error));
    }

    private Duration now() {
        return Duration.ofNanos(scheduler.nanoTime());
    }

    // ---- reading

    /** All of it; a copy. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Entries of one kind. */
    public <E extends Entry> List<E> entries(Class<E> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The events of a class that were published, whatever the answer, in their order. */
    public <E> List<E> published(Class<E> type) {
        return entries(Entry.Published.class).stream()
                .map(entry -> entry.envelope().message())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The commands of a class that were sent, in their order. */
    public <C> List<C> sent(Class<C> type) {
        return entries(Entry.Sent.class).stream()
                .map(entry -> entry.envelope().message())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The message in whose handler this one was first sent; empty if it was sent from outside of handlers. */
    public Optional<Object> causeOf(Object message) {
        return envelopeOf(message)
                .envelope()
                .causationId()
                .map(id -> envelopeWithId(id).message());
    }

    private Entry envelopeOf(Object message) {
        for (Entry each : entries) {
            if (isSending(each) && each.envelope().message().equals(message)) {
                return each;
            }
        }
        throw new AssertionError(message + " was neither published nor sent" + evidence());
    }

    private static boolean isSending(Entry entry) {
        return entry instanceof Entry.Published || entry instanceof Entry.Sent;
    }

    private Envelope<?> envelopeWithId(String id) {
        for (Entry each : entries) {
            if (each.envelope().id().equals(id)) {
                return each.envelope();
            }
        }
        throw new AssertionError("no message has the id " + id + evidence());
    }

    // ---- asserting

    /** These events were published, in this order, and no others (lifecycle events aside). */
    public Recording assertPublished(Object... events) {
        List<Object> actual = published(Object.class).stream()
                .filter(event -> !(event instanceof LifecycleEvent))
                .toList();
        if (!actual.equals(List.of(events))) {
            throw new AssertionError(
                    "expected " + List.of(events) + " to be published, but it was " + actual + evidence());
        }
        return this;
    }

    /** These events were published in this order, perhaps among others. */
    public Recording assertPublishedInOrder(Object... events) {
        int found = 0;
        for (Object each : published(Object.class)) {
            if (found < events.length && each.equals(events[found])) {
                found++;
            }
        }
        if (found < events.length) {
            throw new AssertionError(events[found] + " was not published"
                    + (found == 0 ? "" : " after " + events[found - 1]) + evidence());
        }
        return this;
    }

    /** A message was sent by a handler of another. */
    public Recording assertCaused(Object cause, Object effect) {
        Object actual = causeOf(effect).orElse(null);
        if (!cause.equals(actual)) {
            throw new AssertionError("expected " + cause + " to be the cause of " + effect + ", but it was "
                    + (actual == null ? "sent from outside of handlers" : actual) + evidence());
        }
        return this;
    }

    // ---- showing

    /** A line for each entry; the same for the same seed. */
    public String text() {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(line(entry)).append('\n'));
        return text.toString();
    }

    private static String line(Entry entry) {
        Envelope<?> envelope = entry.envelope();
        String what = switch (entry) {
            case Entry.Published(var at, var e, var answer) ->
                "published, caused by " + e.causationId().orElse("nothing") + ": " + answer;
            case Entry.Sent(var at, var e) ->
                "sent, caused by " + e.causationId().orElse("nothing");
            case Entry.Answered(var at, var e, var result) -> "answered: " + result;
            case Entry.Called(var at, var e, var handler) -> "to " + handler;
            case Entry.Failed(var at, var e, var handler, var error) -> "failed in " + handler + ": " + error;
            case Entry.Died(var at, var e, var letter) -> "dead as " + letter.id() + ": " + letter.reason();
        };
        return entry.at() + " " + envelope.id() + " " + envelope.message() + " " + what;
    }

    String evidence() {
        int from = Math.max(0, entries.size() - LINES_SHOWN_MAX);
        StringBuilder shown = new StringBuilder(scheduler.hint()).append(". What happened:\n");
        if (from > 0) {
            shown.append("(").append(from).append(" entries before)\n");
        }
        entries.subList(from, entries.size())
                .forEach(entry -> shown.append(line(entry)).append('\n'));
        return shown.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
