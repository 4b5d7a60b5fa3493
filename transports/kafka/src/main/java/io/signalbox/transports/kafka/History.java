package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers read requests, each on a thread and a consumer of its own. */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final int AT_ONCE_MAX = 32;

    private final Cluster cluster;
    private final RecordMapping mapping;
    private final Beginnings beginnings;
    private final Semaphore free = new Semaphore(AT_ONCE_MAX);
    private volatile boolean closed;

    History(Cluster cluster, RecordMapping mapping, Beginnings beginnings) {
        this.cluster = cluster;
        this.mapping = mapping;
        this.beginnings = beginnings;
    }

    CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        if (!free.tryAcquire()) {
            answer.completeExceptionally(
                    new SignalboxException(ReasonCode.BUSY, AT_ONCE_MAX + " readers are under way; wait for one"));
            return answer;
        }
        Thread.ofPlatform().daemon().name("kafka-history").start(() -> {
            try {
                answer.complete(walk(request, visitor));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                free.release();
            }
        });
        return answer;
    }

    private long walk(ReadRequest request, Predicate<StoredMessage> visitor) {
        if (request.start() instanceof StartPosition.New || request.limit() <= 0) {
            return 0;
        }
        Map<TopicPartition, Long> ends = cluster.ends(mapping.layout().partitions(request.filter()));
        Map<TopicPartition, Walk.Stretch> stretches = new HashMap<>();
        beginnings
                .of(request.start(), request.filter(), ends)
                .forEach((partition, from) ->
                        stretches.put(partition, new Walk.Stretch(from, ends.getOrDefault(partition, from))));
        boolean newestOfEach = request.start() instanceof StartPosition.LastPerTopic;
        Set<Place> chosen = newestOfEach ? beginnings.newestOfEach(request.filter(), stretches) : Set.of();
        long fromMillis = request.start() instanceof StartPosition.Time time ? time.epochMillis() : Long.MIN_VALUE;
        long[] seen = {0};
        beginnings.walk(stretches, record -> {
            if (closed) {
                throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "this transport is closed");
            }
            boolean wanted = record.timestamp() >= fromMillis
                    && record.timestamp() <= request.untilMillis()
                    && (!newestOfEach || chosen.contains(Place.of(record)))
                    && request.filter().matches(mapping.topic(record));
            StoredMessage stored = wanted ? stored(record) : null;
            if (stored == null) {
                return true;
            }
            seen[0]++;
            return visitor.test(stored) && seen[0] < request.limit();
        });
        return seen[0];
    }

    private @org.jspecify.annotations.Nullable StoredMessage stored(ConsumerRecord<byte[], byte[]> record) {
        try {
            Place place = Place.of(record);
            return new StoredMessage(
                    mapping.layout().sequence(place.partition(), place.offset()),
                    record.timestamp(),
                    mapping.message(record));
        } catch (SignalboxException e) {
            LOG.warn("record {} is passed over: {}", Place.of(record), e.getMessage());
            return null;
        }
    }

    void close() {
        closed = true;
    }
}
