package io.signalbox.transports.kafka;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a new producer does not know. A Kafka topic that was deleted, or may not be written to any more, must not keep the
 * others from being published to: after a while the producer begins without it, soon if the cluster says that it is not
 * there. A publish to it is refused alone, by the thread that publishes, until the cluster tells of it. For one thread.
 */
final class Gaps {
    private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);

    /** A broker that was just started may not have heard of every Kafka topic. */
    private static final long ABSENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Producers.Source source;
    private final long waitNanos;
    private List<String> unknown = List.of();
    /** Since when some are known, so that the cluster is there; 0: none is. */
    private long sinceNanos;

    Gaps(Producers.Source source) {
        this.source = source;
        waitNanos = source.answerWait().toNanos();
    }

    /** May it publish, now or without those that the cluster has not told of in time? */
    boolean isEnough(Producer<byte[], byte[]> producer) {
        unknown = source.unknown(producer);
        if (unknown.isEmpty()) {
            return true;
        }
        if (unknown.size() == source.kafkaTopics().size()) {
            return false;
        }
        long now = System.nanoTime();
        if (sinceNanos == 0) {
            sinceNanos = now == 0 ? 1 : now;
        }
        boolean absent = unknown.stream().allMatch(topic -> source.isAbsent(producer, topic));
        return now - sinceNanos >= (absent ? Math.min(ABSENT_NANOS, waitNanos) : waitNanos);
    }

    /** When it has begun. */
    void tell() {
        if (unknown.isEmpty()) {
            LOG.info("a new producer publishes");
        } else {
            LOG.warn(
                    "a new producer publishes, but the cluster does not say where {} are: were they deleted, or may"
                            + " they not be written to any more? Until it does, publishes to them are refused",
                    unknown);
        }
    }
}
