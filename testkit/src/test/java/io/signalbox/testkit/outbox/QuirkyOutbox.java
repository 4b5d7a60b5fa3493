package io.signalbox.testkit.outbox;

import io.signalbox.bus.remote.Outbox;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An outbox in memory, with one fault or none. Guarded by itself. */
final class QuirkyOutbox implements Outbox {
    private final Quirk quirk;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Long> aside = new HashSet<>();
    private long last;

    enum Quirk {
        NONE,
        /** The obvious {@code topic NOT IN (...)}. */
        LEAVES_OUT_PAUSED_TOPICS_ALONE,
        READS_NO_FURTHER_THAN_THE_LIMIT,
        PAUSES_KEYS_BY_NUMBER,
        SETS_ASIDE_ONE_MESSAGE_ALONE,
        FORGETS_WHAT_IT_HAS_GIVEN,
        GIVES_THE_NEWEST_FIRST
    }

    QuirkyOutbox(Quirk quirk) {
        this.quirk = quirk;
    }

    @Override
    public synchronized void add(Message message) {
        entries.add(new Entry(++last, message));
    }

    @Override
    public synchronized List<Entry> oldest(int limit, Paused without) {
        Set<String> stopped = new HashSet<>(without.keys());
        List<Entry> found = new ArrayList<>();
        List<Entry> looked = quirk == Quirk.READS_NO_FURTHER_THAN_THE_LIMIT
                ? entries.subList(0, Math.min(limit, entries.size()))
                : entries;
        for (Entry entry : looked) {
            if (found.size() < limit && !waits(entry, without, stopped)) {
                found.add(entry);
            }
        }
        if (quirk == Quirk.FORGETS_WHAT_IT_HAS_GIVEN) {
            entries.removeAll(found);
        }
        return quirk == Quirk.GIVES_THE_NEWEST_FIRST ? found.reversed() : found;
    }

    /** @param stopped takes the key of one that does */
    private boolean waits(Entry entry, Paused without, Set<String> stopped) {
        String key = entry.key();
        boolean ofTopic = without.topics().contains(entry.message().topic());
        boolean waits = ofTopic || aside.contains(entry.number());
        if (key == null || quirk == Quirk.PAUSES_KEYS_BY_NUMBER) {
            return waits || without.numbers().contains(entry.number()) || (key != null && stopped.contains(key));
        }
        boolean stops =
                ofTopic ? quirk != Quirk.LEAVES_OUT_PAUSED_TOPICS_ALONE : quirk != Quirk.SETS_ASIDE_ONE_MESSAGE_ALONE;
        if (waits && stops) {
            stopped.add(key);
        }
        return waits || stopped.contains(key);
    }

    @Override
    public synchronized void remove(List<Entry> sent) {
        sent.forEach(each -> entries.removeIf(entry -> entry.number() == each.number()));
    }

    @Override
    public synchronized void setAside(Entry entry, String reason) {
        aside.add(entry.number());
    }
}
