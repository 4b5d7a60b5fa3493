package io.signalbox.transports.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * An entry that was taken from a queue.
 *
 * @param again an earlier owner was given it, and may have seen it
 * @param attempts failed deliveries before, to others of its share group
 */
record Entry(Claim claim, List<?> fields, boolean again, int attempts) {

    /** Of {@code take.lua}'s and {@code find.lua}'s answer: what is new says nothing of who had it. */
    static List<Entry> of(String queue, List<?> taken) {
        List<Entry> entries = new ArrayList<>(taken.size());
        for (Object one : taken) {
            List<?> parts = Reply.list(one);
            boolean again = parts.size() > 2;
            entries.add(new Entry(
                    new Claim(queue, Reply.text(parts.get(0))),
                    Reply.list(parts.get(1)),
                    again && Reply.number(parts.get(2)) == 1,
                    again ? (int) Reply.number(parts.get(3)) : 0));
        }
        return entries;
    }
}
