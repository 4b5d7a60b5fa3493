package io.signalbox.transports.redis;

import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * A part of a stream, bounded in entries and, but for its first, in bytes.
 *
 * @param more there may be entries after it
 */
record StreamPage(List<Entry> entries, boolean more) {
    /**
     * @param fields a flat list of names and values; empty if it is larger than was asked for
     * @param bytes of all names and values
     */
    record Entry(String id, List<?> fields, long bytes) {
        private static Entry of(Object reply) {
            List<?> three = Reply.list(reply);
            return new Entry(Reply.text(three.get(0)), Reply.list(three.get(1)), Reply.number(three.get(2)));
        }
    }

    static Arguments oldestFirst(String stream, String from, String to, int entriesMax, int bytesMax) {
        return request(stream, from, to, false, entriesMax, bytesMax, Long.MAX_VALUE);
    }

    static Arguments newestFirst(String stream, String from, String to, int entriesMax, int bytesMax) {
        return request(stream, from, to, true, entriesMax, bytesMax, Long.MAX_VALUE);
    }

    /** @param entryBytesMax larger ones come without their fields */
    static Arguments smallOnes(
            String stream, String from, String to, int entriesMax, int bytesMax, long entryBytesMax) {
        return request(stream, from, to, false, entriesMax, bytesMax, entryBytesMax);
    }

    private static Arguments request(
            String stream,
            String from,
            String to,
            boolean newestFirst,
            int entriesMax,
            int bytesMax,
            long entryBytesMax) {
        return new Arguments()
                .add(stream)
                .add(from)
                .add(to)
                .add(newestFirst)
                .add(entriesMax)
                .add(bytesMax)
                .add(entryBytesMax);
    }

    static StreamPage read(Link link, Arguments request, long waitMillis)
            throws InterruptedException, TimeoutException {
        List<Object> answer = Failures.get(link.run(Script.PAGE, request), waitMillis);
        return new StreamPage(
                Reply.list(answer.get(1)).stream().map(Entry::of).toList(), Reply.number(answer.get(0)) == 1);
    }

    /** Where the one after it begins. Not of an empty one. */
    String next() {
        return "(" + entries.getLast().id();
    }
}
