package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer that publishes. Kafka lets go of what it cannot send batch by batch, and sends the batches behind: the one
 * way to keep it from that is to end the producer, after which comes another. Thread safe.
 */
final class Producers {
    private static final Logger LOG = LoggerFactory.getLogger(Producers.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(5), 2, Duration.ofMillis(200));
    private static final Duration STEP = Duration.ofMillis(5);

    /** Makes producers. Its text names the Kafka topics that they write to. */
    interface Source {
        Producer<byte[], byte[]> make();

        /** That the producers write to. */
        List<String> kafkaTopics();

        /** How long a cluster that answers may take to say where a Kafka topic is. */
        Duration answerWait();

        /** Does it know where that is? Does not wait, but asks. */
        boolean isKnown(Producer<byte[], byte[]> producer, String kafkaTopic);

        /** Has the cluster said that there is no such Kafka topic? Does not wait, but asks. */
        default boolean isAbsent(Producer<byte[], byte[]> producer, String kafkaTopic) {
            return false;
        }

        /** Those that it does not know, having asked for all. */
        default List<String> unknown(Producer<byte[], byte[]> producer) {
            return kafkaTopics().stream()
                    .filter(topic -> !isKnown(producer, topic))
                    .toList();
        }

        /** May somebody publish with it, without waiting for what it does not know? Does not wait either, but asks. */
        default boolean isReady(Producer<byte[], byte[]> producer) {
            return unknown(producer).isEmpty();
        }

        /**
         * Blocks until it is ready.
         *
         * @throws SignalboxException BUSY if it is not in time
         */
        default void await(Producer<byte[], byte[]> producer, Duration wait) {
            long deadline = System.nanoTime() + wait.toNanos();
            while (!isReady(producer)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new SignalboxException(ReasonCode.BUSY, this + " are not all known within " + wait);
                }
                Pauses.pause(STEP);
            }
        }
    }

    /** One producer, from its first record to its last. */
    static final class Generation {
        private final Producer<byte[], byte[]> producer;
        private volatile boolean over;
        private boolean stopped;

        private Generation(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        Producer<byte[], byte[]> producer() {
            return producer;
        }

        /** What has no answer is refused when nothing of it can be sent any more. */
        boolean isOver() {
            return over;
        }

        /** On the producer's own thread, which sends nothing after this. */
        void stop() {
            if (!stopped) {
                stopped = true;
                end(producer, Duration.ZERO); // does not wait for itself
            }
        }
    }

    private final Source source;
    private final Runnable ended;
    private volatile @Nullable Generation current;
    private volatile boolean closing;
    private volatile long interruptedNanos;
    private Generation latest;
    private @Nullable Thread successor;

    /** @param ended refuses all that is under way; run when none of it can be written any more, before there is another */
    Producers(Source source, Runnable ended) {
        this.source = source;
        this.ended = ended;
        latest = new Generation(source.make());
        current = latest;
    }

    /**
     * Blocks until the first may be used.
     *
     * @throws SignalboxException BUSY if it may not in time
     */
    void start(Duration wait) {
        source.await(latest.producer, wait);
    }

    /** Null: there is none at the moment. */
    @Nullable
    Generation current() {
        return current;
    }

    /** For how long there has been none; 0 if there is one. */
    long interruptedNanos(long nowNanos) {
        long since = interruptedNanos;
        return current == null ? nowNanos - since : 0;
    }

    /**
     * Ends it, and looks for the next. Does not block.
     *
     * @param within on the producer's own thread, which sends nothing after this
     */
    void giveUp(Generation generation, boolean within, String why) {
        synchronized (this) {
            if (generation.over) {
                return;
            }
            generation.over = true;
            interruptedNanos = System.nanoTime();
            current = null;
        }
        if (within) {
            generation.stop();
        }
        synchronized (this) {
            if (!closing) {
                LOG.warn("all publishes under way are refused, and a new producer publishes what comes: {}", why);
                successor = Thread.ofVirtual().name("kafka-producer").start(() -> succeed(generation));
            }
        }
    }

    private void succeed(Generation last) {
        end(last.producer, Duration.ZERO); // waits for its thread
        try {
            ended.run();
        } catch (RuntimeException | Error e) { // or nobody would ever publish again
            LOG.error("not all that was under way could be refused", e);
        }
        Producer<byte[], byte[]> next = null;
        Gaps gaps = new Gaps(source);
        for (int tries = 1; !closing; tries++) {
            try {
                if (next == null) {
                    next = source.make();
                }
                if (gaps.isEnough(next) && begin(next)) {
                    gaps.tell();
                    return;
                }
            } catch (RuntimeException | Error e) {
                LOG.debug("there is no new producer yet", e);
            }
            Pauses.pause(BACKOFF.delay(tries, ThreadLocalRandom.current()));
        }
        if (next != null) {
            end(next, Duration.ZERO);
        }
    }

    private synchronized boolean begin(Producer<byte[], byte[]> next) {
        if (closing) {
            return false;
        }
        latest = new Generation(next);
        current = latest;
        return true;
    }

    /** Blocks until all is answered, or nothing of it can be written any more. */
    void close(Duration wait) {
        Generation last;
        Thread looking;
        synchronized (this) {
            closing = true;
            last = latest;
            looking = successor;
            current = null;
        }
        end(last.producer, wait);
        if (looking != null) {
            try {
                looking.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        ended.run();
    }

    private static void end(Producer<byte[], byte[]> producer, Duration wait) {
        try {
            producer.close(wait);
        } catch (RuntimeException | Error e) {
            LOG.debug("a producer ended with a failure", e);
        }
    }
}
