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

    /** Of {@code take.lua}'s and {@code find.lua}'s answer. */
    static List<Entry> of(String queue, List<?> taken) {
        List<Entry> entries = new ArrayList<>(taken.size());
        for (Object one : taken) {
            List<?> four = Reply.list(one);
            entries.add(new Entry(
                    new Claim(queue, Reply.text(four.get(0))),
                    Reply.list(four.get(1)),
                    Reply.number(four.get(2)) == 1,
                    (int) Reply.number(four.get(3))));
        }
        return entries;
    }
}
