package io.signalbox.transports.archive;

import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Answers read requests from the files, oldest first. What is asked for from the end takes two walks. */
final class ArchiveReplay {
    private final TreeMap<Long, Path> files;
    private final ReadRequest request;

    ArchiveReplay(TreeMap<Long, Path> files, ReadRequest request) {
        this.files = files;
        this.request = request;
    }

    /** @return how many messages the visitor saw */
    long run(Predicate<StoredMessage> visitor) throws IOException {
        return switch (request.start()) {
            case StartPosition.New now -> 0;
            case StartPosition.All all -> hand(stored -> true, visitor, Long.MIN_VALUE);
            case StartPosition.Sequence from ->
                hand(stored -> stored.sequence() >= from.sequence(), visitor, from.sequence());
            case StartPosition.Time from ->
                hand(stored -> stored.timeMillis() >= from.epochMillis(), visitor, fileOf(from.epochMillis()));
            case StartPosition.Last last -> last(last.count(), visitor);
            case StartPosition.LastPerTopic each -> lastPerTopic(visitor);
        };
    }

    /** The files from the one that holds this sequence on. */
    private List<Path> from(long sequence) {
        Long first = files.floorKey(sequence);
        return List.copyOf((first == null ? files : files.tailMap(first)).values());
    }

    /** The sequence that the last file begins with whose first message is not later. */
    private long fileOf(long epochMillis) throws IOException {
        long found = Long.MIN_VALUE;
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            long[] first = {Long.MAX_VALUE};
            ArchiveLines.visit(file.getValue(), stored -> {
                first[0] = stored.timeMillis();
                return false;
            });
            // Of equal times some may be at the end of the file before.
            if (first[0] >= epochMillis) {
                break;
            }
            found = file.getKey();
        }
        return found;
    }

    private boolean matches(StoredMessage stored) {
        return request.filter().matches(stored.message().topic()) && stored.timeMillis() <= request.untilMillis();
    }

    private long hand(Predicate<StoredMessage> wanted, Predicate<StoredMessage> visitor, long fromSequence)
            throws IOException {
        long[] handed = {0};
        if (request.limit() <= 0) {
            return 0;
        }
        for (Path file : from(fromSequence)) {
            boolean on = ArchiveLines.visit(file, stored -> {
                if (!matches(stored) || !wanted.test(stored)) {
                    return true;
                }
                handed[0]++;
                return visitor.test(stored) && handed[0] < request.limit();
            });
            if (!on) {
                break;
            }
        }
        return handed[0];
    }

    private void walk(Consumer<StoredMessage> each) throws IOException {
        for (Path file : files.values()) {
            ArchiveLines.visit(file, stored -> {
                if (matches(stored)) {
                    each.accept(stored);
                }
                return true;
            });
        }
    }

    private long last(int count, Predicate<StoredMessage> visitor) throws IOException {
        ArrayDeque<Long> newest = new ArrayDeque<>();
        walk(stored -> {
            if (newest.size() == count) {
                newest.poll();
            }
            newest.add(stored.sequence());
        });
        if (newest.isEmpty()) {
            return 0;
        }
        long first = newest.peek();
        long end = newest.peekLast();
        return hand(stored -> stored.sequence() >= first && stored.sequence() <= end, visitor, first);
    }

    private long lastPerTopic(Predicate<StoredMessage> visitor) throws IOException {
        Map<String, Long> newest = new HashMap<>();
        walk(stored -> {
            newest.put(stored.message().topic().text(), stored.sequence());
        });
        Set<Long> wanted = new HashSet<>(newest.values());
        return hand(stored -> wanted.contains(stored.sequence()), visitor, Long.MIN_VALUE);
    }
}
