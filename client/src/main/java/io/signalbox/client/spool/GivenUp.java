package io.signalbox.client.spool;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences that are not sent, though the log may hold them: their publishers were told that the disk did not take them,
 * and who publishes again is to be heard once; or the server has them, and not yet all that were before them. Kept as ranges, which grow together. Thread safe.
 *
 * <p>As a record: for each range its first and its last sequence, 8 bytes each.
 */
final class GivenUp {
    private static final int RANGE_BYTES = 16;

    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    synchronized void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> before = ranges.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ranges.ceilingEntry(from);
                next != null && next.getKey() <= to + 1;
                next = ranges.ceilingEntry(from)) {
            to = Math.max(to, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(from, to);
    }

    synchronized boolean has(long sequence) {
        Map.Entry<Long, Long> range = ranges.floorEntry(sequence);
        return range != null && sequence <= range.getValue();
    }

    /** All up to there is done with. */
    synchronized void forget(long upTo) {
        while (!ranges.isEmpty() && ranges.firstEntry().getValue() <= upTo) {
            ranges.pollFirstEntry();
        }
    }

    synchronized byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(RANGE_BYTES * ranges.size());
        ranges.forEach((first, last) -> bytes.putLong(first).putLong(last));
        return bytes.array();
    }

    void decode(ByteBuffer record) {
        while (record.remaining() >= RANGE_BYTES) {
            add(record.getLong(), record.getLong());
        }
    }
}
