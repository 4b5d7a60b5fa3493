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
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was: the log for what was logged, the topics' histories in memory for what was not. Runs on threads that
 * may wait for the disk.
 */
public final class Past {
    private static final long CHUNK_BYTES = 4 << 20;
    private static final long NOTHING_FROM_MEMORY = Long.MAX_VALUE;
    private static final int TOPICS_PER_STEP = 1_024;
    private static final Comparator<StoredMessage> OLDEST_FIRST =
            Comparator.comparingLong(StoredMessage::timeMillis).thenComparingLong(StoredMessage::sequence);

    private final Log log;
    private final Router router;
    private final Scans scans = new Scans();

    public Past(Log log, Router router) {
        this.log = log;
        this.router = router;
    }

    /**
     * @param to log position where the past ends, exclusive
     * @param visitor gets them oldest first; returns false to stop
     */
    public void read(TopicFilter filter, StartPosition start, long to, PastVisitor visitor) throws IOException {
        switch (start) {
            case StartPosition.New n -> {}
            case StartPosition.All a -> forward(filter, log.startPosition(), to, Long.MIN_VALUE, visitor);
            case StartPosition.Time(long millis) ->
                forward(
                        filter,
                        log.positionAtTime(millis),
                        to,
                        millis,
                        (stored, position) -> stored.timeMillis() < millis || visitor.visit(stored, position));
            case StartPosition.Sequence(long sequence) ->
                forward(
                        filter,
                        log.positionAtSequence(sequence),
                        to,
                        NOTHING_FROM_MEMORY,
                        (stored, position) -> stored.sequence() < sequence || visitor.visit(stored, position));
            case StartPosition.Last(int count) -> last(filter, count, to, visitor);
            case StartPosition.LastPerTopic l -> lastPerTopic(filter, to, visitor);
        }
    }

    /**
     * The log from there on, with what memory alone has from that time on put in between.
     *
     * @param memoryFromMillis {@link #NOTHING_FROM_MEMORY}: its topics are not even looked through
     */
    private void forward(TopicFilter filter, long from, long to, long memoryFromMillis, PastVisitor visitor)
            throws IOException {
        Deque<StoredMessage> memory = new ArrayDeque<>();
        if (memoryFromMillis != NOTHING_FROM_MEMORY) {
            memory.addAll(
                    fromMemory(filter, stored -> stored.sequence() == 0 && stored.timeMillis() >= memoryFromMillis));
        }
        boolean[] stopped = {false};
        PastVisitor merged = (stored, position) -> {
            while (!memory.isEmpty() && memory.getFirst().timeMillis() < stored.timeMillis()) {
                if (!visitor.visit(memory.removeFirst(), 0)) {
                    stopped[0] = true;
                    return false;
                }
            }
            stopped[0] = !visitor.visit(stored, position);
            return !stopped[0];
        };
        fromLog(filter, from, to, merged);
        while (!stopped[0] && !memory.isEmpty() && visitor.visit(memory.removeFirst(), 0)) {}
    }

    private void fromLog(TopicFilter filter, long from, long to, PastVisitor visitor) throws IOException {
        if (filter.isExact()) {
            Topic topic = Topic.ofMqtt(filter.text());
            log.forEachPosition(TopicEntry.key(topic), from, to, position -> {
                StoredMessage stored = readAt(position);
                return stored == null || !stored.message().topic().equals(topic) || visitor.visit(stored, position);
            });
            return;
        }
        log.scan(from, to, record -> {
            if (record.type() != RecordType.MESSAGE) {
                return true;
            }
            StoredMessage stored = MessageReader.stored(record);
            return !filter.matches(stored.message().topic()) || visitor.visit(stored, record.position());
        });
    }

    /** Where the past ends, by sequence. */
    private long firstSequenceFrom(long position) throws IOException {
        long[] first = {Long.MAX_VALUE};
        log.scan(position, log.endPosition(), record -> {
            if (record.type() == RecordType.MESSAGE) {
                first[0] = record.sequence();
            }
            return first[0] == Long.MAX_VALUE;
        });
        return first[0];
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
        forEachTopic(filter, () -> true, entry -> {
            entry.history().snapshot().stream().filter(wanted).forEach(found::add);
            return true;
        });
        found.sort(OLDEST_FIRST);
        return found;
    }

    private interface TopicVisitor {
        /** May wait. @return false: no more */
        boolean visit(TopicEntry entry);
    }

    /**
     * Looks at a step's topics, then hands those that match over, then goes on.
     *
     * @param wanted asked before each step; false: nobody wants more
     */
    private void forEachTopic(TopicFilter filter, BooleanSupplier wanted, TopicVisitor visitor) {
        if (filter.isExact()) {
            TopicEntry entry = router.known(Topic.ofMqtt(filter.text()));
            if (entry != null) {
                visitor.visit(entry);
            }
            return;
        }
        Iterator<TopicEntry> all = router.entries().iterator();
        List<TopicEntry> found = new ArrayList<>();
        while (all.hasNext() && wanted.getAsBoolean()) {
            scans.step(() -> {
                for (int i = 0; i < TOPICS_PER_STEP && all.hasNext(); i++) {
                    TopicEntry entry = all.next();
                    if (filter.matches(entry.topic())) {
                        found.add(entry);
                    }
                }
            });
            for (TopicEntry entry : found) {
                if (!visitor.visit(entry)) {
                    return;
                }
            }
            found.clear();
        }
    }

    /** Finds where they are before it reads any: as many messages in memory could be all of the log. */
    private void last(TopicFilter filter, int count, long to, PastVisitor visitor) throws IOException {
        NewestPositions logged = new NewestPositions(count);
        if (filter.isExact()) {
            long[] newestFirst = log.newest(TopicEntry.key(Topic.ofMqtt(filter.text())), to, count);
            for (int i = newestFirst.length - 1; i >= 0; i--) {
                StoredMessage stored = readAt(newestFirst[i]);
                if (stored != null && filter.matches(stored.message().topic())) {
                    logged.add(newestFirst[i], stored.sequence());
                }
            }
        } else {
            long end = to;
            long chunk = CHUNK_BYTES;
            while (end > log.startPosition() && logged.size() < count) {
                long from = Math.max(log.startPosition(), end - chunk);
                NewestPositions older = new NewestPositions(count - logged.size());
                log.scan(from, end, record -> {
                    if (record.type() == RecordType.MESSAGE
                            && filter.matches(
                                    MessageReader.stored(record).message().topic())) {
                        older.add(record.position(), record.sequence());
                    }
                    return true;
                });
                logged.prepend(older);
                end = from;
                chunk *= 2;
            }
        }
        long[] known = logged.sequences();
        // Memory first: what is there is in the log already, or never will be, so that the log tells what is to come
        // live.
        List<StoredMessage> memory = fromMemory(filter, stored -> Arrays.binarySearch(known, stored.sequence()) < 0);
        long firstLive = firstSequenceFrom(to);
        memory.removeIf(stored -> stored.sequence() >= firstLive);
        int[] excess = {logged.size() + memory.size() - count};
        merge(logged.positions(), memory, (stored, position) -> excess[0]-- > 0 || visitor.visit(stored, position));
    }

    private void lastPerTopic(TopicFilter filter, long to, PastVisitor visitor) throws IOException {
        if (filter.isExact()) {
            last(filter, 1, to, visitor);
            return;
        }
        Map<Topic, Long> positions = new HashMap<>();
        log.scan(log.startPosition(), to, record -> {
            if (record.type() == RecordType.MESSAGE) {
                Topic topic = MessageReader.stored(record).message().topic();
                if (filter.matches(topic)) {
                    positions.put(topic, record.position());
                }
            }
            return true;
        });
        Map<Topic, StoredMessage> memory = new HashMap<>();
        // What the log has already cannot be newer in memory; what was not logged can.
        for (StoredMessage stored : fromMemory(filter, s -> s.sequence() == 0)) {
            Long position = positions.get(stored.message().topic());
            StoredMessage logged = position == null ? null : readAt(position);
            if (logged == null || OLDEST_FIRST.compare(logged, stored) <= 0) {
                positions.remove(stored.message().topic());
                memory.put(stored.message().topic(), stored);
            }
        }
        List<StoredMessage> list = new ArrayList<>(memory.values());
        list.sort(OLDEST_FIRST);
        merge(positions.values().stream().mapToLong(p -> p).sorted().toArray(), list, visitor);
    }

    /** @param memory oldest first */
    private void merge(long[] positions, List<StoredMessage> memory, PastVisitor visitor) {
        int next = 0;
        for (long position : positions) {
            StoredMessage logged = readAt(position);
            if (logged == null) {
                continue;
            }
            while (next < memory.size() && OLDEST_FIRST.compare(memory.get(next), logged) < 0) {
                if (!visitor.visit(memory.get(next++), 0)) {
                    return;
                }
            }
            if (!visitor.visit(logged, position)) {
                return;
            }
        }
        while (next < memory.size() && visitor.visit(memory.get(next++), 0)) {}
    }

    /**
     * Topics' last values, read as they are taken.
     *
     * @param toSequence those that are newer are left out: they come with the live stream
     * @param wanted false: nobody wants more, though none was found for a while
     */
    public void retained(TopicFilter filter, long toSequence, BooleanSupplier wanted, PastVisitor visitor) {
        forEachTopic(filter, wanted, entry -> {
            StoredMessage stored = entry.retained();
            return stored == null || stored.sequence() > toSequence || visitor.visit(stored, 0);
        });
    }
}
