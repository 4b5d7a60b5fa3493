package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StoredMessage;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers read requests, each on a thread of its own, a page at a time. */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private final Past past;

    History(Past past) {
        this.past = past;
    }

    CompletableFuture<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("redis-history").start(() -> {
            try {
                answer.complete(walk(request, visitor));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer.completeExceptionally(Worker.closed());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private long walk(ReadRequest request, Predicate<StoredMessage> visitor) throws InterruptedException {
        // An id without its number stands for the last of its millisecond.
        String to = request.untilMillis() == Long.MAX_VALUE
                ? Past.NEWEST
                : String.valueOf(Math.max(0, request.untilMillis()));
        long[] seen = {0};
        if (request.limit() <= 0) {
            return 0;
        }
        past.walk(request.filter(), request.start(), to, matching -> {
            for (Past.Stored stored : matching) {
                StoredMessage message = message(stored);
                if (message != null) {
                    seen[0]++;
                    if (!visitor.test(message) || seen[0] >= request.limit()) {
                        return false;
                    }
                }
            }
            return true;
        });
        return seen[0];
    }

    private static @org.jspecify.annotations.Nullable StoredMessage message(Past.Stored stored) {
        try {
            return new StoredMessage(
                    stored.id().sequence(), stored.id().millis(), EntryFields.read(stored.fields()).message);
        } catch (SignalboxException | IllegalArgumentException e) {
            LOG.warn("entry {} of the log is passed over: {}", stored.id(), e.getMessage());
            return null;
        }
    }
}
