package io.signalbox.broker.replay;

import io.signalbox.broker.record.MessageReader;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.log.Log;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was: the log for what was logged, the topics' histories in memory for what was not. Runs on threads that
 * may wait for the disk.
 */
public final class Past {
    private static final long CHUNK_BYTES = 4 << 20;
    private static final Comparator<StoredMessage> OLDEST_FIRST =
            Comparator.comparingLong(StoredMessage::timeMillis).thenComparingLong(StoredMessage::sequence);

    private final Log log;
    private final Router router;

    public Past(Log log, Router router) {
        this.log = log;
        this.router = router;
    }

    /**
     * @param to log position where the past ends, exclusive
     * @param visitor gets them oldest first; returns false to stop
     */
    public void read(TopicFilter filter, StartPosition start, long to, Predicate<StoredMessage> visitor)
            throws IOException {
        switch (start) {
            case StartPosition.New n -> {}
            case StartPosition.All a -> forward(filter, log.startPosition(), to, Long.MIN_VALUE, visitor);
            case StartPosition.Time(long millis) ->
                forward(
                        filter,
                        log.positionAtTime(millis),
                        to,
                        millis,
                        stored -> stored.timeMillis() < millis || visitor.test(stored));
            case StartPosition.Sequence(long sequence) ->
                forward(
                        filter,
                        log.positionAtSequence(sequence),
                        to,
                        Long.MAX_VALUE,
                        stored -> stored.sequence() < sequence || visitor.test(stored));
            case StartPosition.Last(int count) -> each(last(filter, count, to), visitor);
            case StartPosition.LastPerTopic l -> each(lastPerTopic(filter, to), visitor);
        }
    }

    private static void each(List<StoredMessage> messages, Predicate<StoredMessage> visitor) {
        for (StoredMessage stored : messages) {
            if (!visitor.test(stored)) {
                return;
            }
        }
    }

    /** The log from there on, with what memory alone has from that time on put in between. */
    private void forward(
            TopicFilter filter, long from, long to, long memoryFromMillis, Predicate<StoredMessage> visitor)
            throws IOException {
        Deque<StoredMessage> memory = new ArrayDeque<>(
                fromMemory(filter, stored -> stored.sequence() == 0 && stored.timeMillis() >= memoryFromMillis));
        boolean[] stopped = {false};
        Predicate<StoredMessage> merged = stored -> {
            while (!memory.isEmpty() && memory.getFirst().timeMillis() < stored.timeMillis()) {
                if (!visitor.test(memory.removeFirst())) {
                    stopped[0] = true;
                    return false;
                }
            }
            stopped[0] = !visitor.test(stored);
            return !stopped[0];
        };
        fromLog(filter, from, to, merged);
        while (!stopped[0] && !memory.isEmpty() && visitor.test(memory.removeFirst())) {}
    }

    private void fromLog(TopicFilter filter, long from, long to, Predicate<StoredMessage> visitor) throws IOException {
        if (filter.isExact()) {
            Topic topic = Topic.ofMqtt(filter.text());
            log.forEachPosition(TopicEntry.key(topic), from, to, position -> {
                StoredMessage stored = readAt(position);
                return stored == null || !stored.message().topic().equals(topic) || visitor.test(stored);
            });
            return;
        }
        log.scan(from, to, record -> {
            if (record.type() != RecordType.MESSAGE) {
                return true;
            }
            StoredMessage stored = MessageReader.stored(record);
            return !filter.matches(stored.message().topic()) || visitor.test(stored);
        });
    }

    private @Nullable StoredMessage readAt(long position) {
        try {
            return MessageReader.stored(log.read(position));
        } catch (IOException e) {
            return null;
        }
    }

    private List<StoredMessage> fromMemory(TopicFilter filter, Predicate<StoredMessage> wanted) {
        List<StoredMessage> found = new ArrayList<>();
        if (filter.isExact()) {
            TopicEntry entry = router.known(Topic.ofMqtt(filter.text()));
            if (entry != null) {
                entry.history().snapshot().stream().filter(wanted).forEach(found::add);
            }
            return found;
        }
        for (TopicEntry entry : router.entries()) {
            if (filter.matches(entry.topic())) {
                entry.history().snapshot().stream().filter(wanted).forEach(found::add);
            }
        }
        found.sort(OLDEST_FIRST);
        return found;
    }

    private List<StoredMessage> last(TopicFilter filter, int count, long to) throws IOException {
        List<StoredMessage> memory = fromMemory(filter, stored -> true);
        Set<Long> known = new HashSet<>();
        memory.forEach(stored -> known.add(stored.sequence()));
        List<StoredMessage> all = new ArrayList<>(memory);
        Consumer<StoredMessage> add = stored -> {
            if (known.add(stored.sequence())) {
                all.add(stored);
            }
        };
        if (filter.isExact()) {
            long[] positions = log.newest(TopicEntry.key(Topic.ofMqtt(filter.text())), count);
            for (long position : positions) {
                StoredMessage stored = position < to ? readAt(position) : null;
                if (stored != null && filter.matches(stored.message().topic())) {
                    add.accept(stored);
                }
            }
        } else {
            long end = to;
            long chunk = CHUNK_BYTES;
            int found = 0;
            while (end > log.startPosition() && found < count) {
                long from = Math.max(log.startPosition(), end - chunk);
                int[] seen = {0};
                fromLog(filter, from, end, stored -> {
                    seen[0]++;
                    add.accept(stored);
                    return true;
                });
                found += seen[0];
                end = from;
                chunk *= 2;
            }
        }
        all.sort(OLDEST_FIRST);
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    private List<StoredMessage> lastPerTopic(TopicFilter filter, long to) throws IOException {
        if (filter.isExact()) {
            return last(filter, 1, to);
        }
        Map<Topic, StoredMessage> newest = new HashMap<>();
        Consumer<StoredMessage> keep = stored ->
                newest.merge(stored.message().topic(), stored, (a, b) -> OLDEST_FIRST.compare(a, b) <= 0 ? b : a);
        fromLog(filter, log.startPosition(), to, stored -> {
            keep.accept(stored);
            return true;
        });
        fromMemory(filter, stored -> true).forEach(keep);
        List<StoredMessage> list = new ArrayList<>(newest.values());
        list.sort(OLDEST_FIRST);
        return list;
    }

    /** Topics' last values. */
    public List<StoredMessage> retained(TopicFilter filter) {
        List<StoredMessage> found = new ArrayList<>();
        if (filter.isExact()) {
            TopicEntry entry = router.known(Topic.ofMqtt(filter.text()));
            StoredMessage stored = entry == null ? null : entry.retained();
            if (stored != null) {
                found.add(stored);
            }
            return found;
        }
        for (TopicEntry entry : router.entries()) {
            StoredMessage stored = entry.retained();
            if (stored != null && filter.matches(entry.topic())) {
                found.add(stored);
            }
        }
        return found;
    }
}
