package io.signalbox.server.http;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * One reader's events, without gap and none twice: first what the log has from where it begins, then what is delivered,
 * and the log again whenever more was delivered than the reader took. That the two meet is told by the sequence, which
 * both have. Owned by the reader's thread.
 */
final class EventStream {
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final TopicFilter EVERYTHING = TopicFilter.ofMqtt("#");
    private static final byte[] HEARTBEAT = EventFrames.ascii(":\n\n");

    /** How long a browser waits before it comes back. */
    private static final byte[] RETRY = EventFrames.ascii("retry: 1000\n\n");

    /**
     * @param mayRead whether its reader may have a message of the past; what is delivered has been asked for already
     */
    record Subscription(TopicFilter filter, boolean nativeSyntax, Predicate<Message> mayRead) {}

    private final Transport transport;
    private final Subscription subscription;
    private final LiveEvents live;
    private final EventFrames frames;
    private final Response.Sink sink;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();

    /** Of the past that memory alone has; some of it may have been delivered too. */
    private final Set<Message> unlogged = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Sequence of what was written last. */
    private long last;

    EventStream(
            Transport transport, Subscription subscription, LiveEvents live, EventFrames frames, Response.Sink sink) {
        this.transport = transport;
        this.subscription = subscription;
        this.live = live;
        this.frames = frames;
        this.sink = sink;
    }

    /** Until the reader is gone or the session has ended. @param after the last that the reader has; 0: nothing */
    void run(StartPosition start, long after) throws IOException, ExecutionException, InterruptedException {
        last = after;
        sink.write(RETRY);
        if (!(start instanceof StartPosition.New)) {
            tellGap();
            readLog(start);
        }
        int maybeSeen = unlogged.isEmpty() ? 0 : live.waiting();
        while (sink.open()) {
            LiveEvents.Taken taken = live.take(HEARTBEAT_MILLIS);
            if (taken.behind()) {
                tellGap();
                readLog(new StartPosition.Sequence(last > 0 ? last + 1 : live.first()));
                continue;
            }
            for (LiveEvents.Live event : taken.events()) {
                if (event.sequence() > 0 || !unlogged.contains(event.message())) {
                    write(event.sequence(), event.message());
                }
            }
            maybeSeen -= taken.events().size();
            if (maybeSeen <= 0) {
                unlogged.clear();
            }
            if (taken.over()) {
                flush();
                return;
            }
            if (taken.events().isEmpty()) {
                sink.write(HEARTBEAT);
            }
            flush();
        }
    }

    /** If retention has removed what follows. */
    private void tellGap() throws IOException, ExecutionException, InterruptedException {
        long[] first = {0};
        ReadRequest oldest = new ReadRequest(EVERYTHING, new StartPosition.Sequence(1), Long.MAX_VALUE, 1);
        if (last > 0) {
            var unused = transport
                    .read(oldest, stored -> {
                        first[0] = stored.sequence();
                        return false;
                    })
                    .toCompletableFuture()
                    .get();
        }
        if (first[0] > last + 1) {
            sink.write(EventFrames.gap(last, first[0]));
        }
    }

    /** On the transport's thread, while this one waits. */
    private void readLog(StartPosition start) throws IOException, ExecutionException, InterruptedException {
        IOException[] gone = {null};
        ReadRequest request = new ReadRequest(subscription.filter(), start, Long.MAX_VALUE, Integer.MAX_VALUE);
        var unused = transport
                .read(request, stored -> {
                    try {
                        return past(stored);
                    } catch (IOException e) {
                        gone[0] = e;
                        return false;
                    }
                })
                .toCompletableFuture()
                .get();
        if (gone[0] != null) {
            throw gone[0];
        }
        flush();
    }

    private boolean past(StoredMessage stored) throws IOException {
        Message message = stored.message();
        if (subscription.mayRead().test(message)) {
            if (stored.sequence() == 0) {
                unlogged.add(message);
            }
            write(stored.sequence(), message);
        }
        return sink.open();
    }

    private void write(long sequence, Message message) throws IOException {
        if (sequence > 0) {
            if (sequence <= last) {
                return;
            }
            last = sequence;
        }
        chunk.writeBytes(frames.of(sequence, message, subscription.nativeSyntax()));
        if (chunk.size() >= CHUNK_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (chunk.size() > 0) {
            byte[] bytes = chunk.toByteArray();
            chunk.reset();
            sink.write(bytes);
        }
    }
}
