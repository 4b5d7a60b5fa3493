package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages of the past that match, page by page, so that the server is never busy with it for long. Blocks;
 * on threads of their own.
 */
final class Past {
    private static final int PAGE = 100;
    private static final int PAGE_BYTES = 4 << 20;
    static final String OLDEST = "-";
    static final String NEWEST = "+";

    private final RedisTransport transport;

    Past(RedisTransport transport) {
        this.transport = transport;
    }

    /** An entry of the log. */
    record Stored(StreamId id, List<?> fields) {
        static Stored of(StreamPage.Entry entry) {
            return new Stored(StreamId.of(entry.id()), entry.fields());
        }

        boolean matches(TopicFilter filter) {
            Topic topic = topic();
            return topic != null && filter.matches(topic);
        }

        @Nullable
        Topic topic() {
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                if (Reply.text(fields.get(i)).equals(FieldNames.TOPIC)) {
                    try {
                        return Topic.ofMqtt(Reply.text(fields.get(i + 1)));
                    } catch (SignalboxException e) {
                        return null; // written by hand
                    }
                }
            }
            return null;
        }
    }

    /** What is done with a page; false to stop. */
    interface Page {
        boolean see(List<Stored> matching) throws InterruptedException, TimeoutException;
    }

    /**
     * Walks over what matches, oldest first.
     *
     * @param to the last id, or {@link #NEWEST}
     */
    void walk(TopicFilter filter, StartPosition start, String to, Page page) throws InterruptedException {
        switch (start) {
            case StartPosition.New now -> {}
            case StartPosition.All all -> walk(filter, OLDEST, to, page);
            case StartPosition.Sequence from ->
                walk(filter, StreamId.ofSequence(from.sequence()).toString(), to, page);
            case StartPosition.Time from -> walk(filter, Math.max(0, from.epochMillis()) + "-0", to, page);
            case StartPosition.Last last -> {
                StreamId first = nthLast(filter, last.count(), to);
                if (first != null) {
                    walk(filter, first.toString(), to, page);
                }
            }
            case StartPosition.LastPerTopic each -> {
                Set<StreamId> newest = new HashSet<>(newestOfEach(filter, to));
                walk(
                        filter,
                        OLDEST,
                        to,
                        matching -> page.see(matching.stream()
                                .filter(stored -> newest.contains(stored.id()))
                                .toList()));
            }
        }
    }

    private void walk(TopicFilter filter, String from, String to, Page page) throws InterruptedException {
        String next = from;
        while (true) {
            String begin = next;
            StreamPage read = read(StreamPage.oldestFirst(Keys.LOG, begin, to, PAGE, PAGE_BYTES));
            List<Stored> matching = read.entries().stream()
                    .map(Stored::of)
                    .filter(stored -> stored.matches(filter))
                    .toList();
            if (!see(page, matching) || !read.more()) {
                return;
            }
            next = read.next();
        }
    }

    private boolean see(Page page, List<Stored> matching) throws InterruptedException {
        try {
            return matching.isEmpty() || page.see(matching);
        } catch (TimeoutException e) {
            throw Links.away("the past", e);
        }
    }

    private interface Backwards {
        boolean see(Stored stored);
    }

    private void walkBack(TopicFilter filter, String to, Backwards visitor) throws InterruptedException {
        String next = to;
        while (true) {
            String begin = next;
            StreamPage read = read(StreamPage.newestFirst(Keys.LOG, begin, OLDEST, PAGE, PAGE_BYTES));
            for (StreamPage.Entry entry : read.entries()) {
                Stored stored = Stored.of(entry);
                if (stored.matches(filter) && !visitor.see(stored)) {
                    return;
                }
            }
            if (!read.more()) {
                return;
            }
            next = read.next();
        }
    }

    private @Nullable StreamId nthLast(TopicFilter filter, int count, String to) throws InterruptedException {
        Deque<StreamId> last = new ArrayDeque<>();
        int[] seen = {0};
        walkBack(filter, to, stored -> {
            last.clear();
            last.add(stored.id());
            return ++seen[0] < count;
        });
        return last.peek();
    }

    private List<StreamId> newestOfEach(TopicFilter filter, String to) throws InterruptedException {
        Set<String> topics = new HashSet<>();
        List<StreamId> newest = new ArrayList<>();
        walkBack(filter, to, stored -> {
            if (topics.add(String.valueOf(stored.topic()))) {
                newest.add(stored.id());
            }
            return true;
        });
        Collections.reverse(newest);
        return newest;
    }

    private StreamPage read(Arguments request) throws InterruptedException {
        return transport
                .worker()
                .retrying(
                        link -> StreamPage.read(
                                link,
                                request,
                                transport.config().publish().confirmWait().toMillis()),
                        System.nanoTime() + transport.config().openWait().toNanos());
    }

    /**
     * Copies what a subscription wants into a queue.
     *
     * @return the id up to which that is done; the subscription itself copies what came later
     */
    String copy(String queue, FilterSpec spec) throws InterruptedException {
        List<StreamPage.Entry> newest = read(StreamPage.newestFirst(Keys.LOG, NEWEST, OLDEST, 1, PAGE_BYTES))
                .entries();
        if (newest.isEmpty()) {
            return "0-0";
        }
        String until = newest.getFirst().id();
        long began = transport.time().millis();
        long[] first = {-1};
        walk(spec.filter(), spec.start(), until, matching -> {
            if (first[0] < 0) {
                first[0] = matching.isEmpty() ? -1 : matching.getFirst().id().millis();
            }
            copy(queue, matching, spec.replaySpeed(), began, first[0]);
            return true;
        });
        return until;
    }

    private void copy(String queue, List<Stored> matching, double speed, long began, long first)
            throws InterruptedException {
        if (matching.isEmpty()) {
            return;
        }
        Arguments arguments = new Arguments().add(queue).add(matching.size());
        for (Stored stored : matching) {
            arguments.add(stored.id().toString());
            arguments.add(speed > 0 ? Long.toString(began + (long) ((stored.id().millis() - first) / speed)) : "");
        }
        transport
                .worker()
                .retrying(
                        link -> Failures.get(
                                link.run(Script.COPY, arguments),
                                transport.config().publish().confirmWait().toMillis()),
                        System.nanoTime() + transport.config().openWait().toNanos());
    }
}
