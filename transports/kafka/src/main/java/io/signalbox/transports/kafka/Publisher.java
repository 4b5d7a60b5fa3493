package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.PublishBound;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes, and answers when all replicas that are in sync have the record. Thread safe; never blocks.
 *
 * <p>When a record was not written in time and others of its partition are under way, all that is under way is refused
 * before anything else is taken, in the order of publishing within each partition: whoever publishes the refused ones
 * again has them behind nothing that came later.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** A new producer is there within it, unless something is wrong. */
    private static final Duration INTERRUPTION_MAX = Duration.ofSeconds(3);

    private final RecordMapping mapping;
    private final TimeSource time;
    private final Predicate<Topic> anybody;
    private final Durability reached;
    private final PublishBound bound;
    private final long overdueNanos;
    private final Producers producers;

    /** By the number of the partition. */
    private final UnderWay[] underWay;

    private volatile @Nullable Exception cause;
    private volatile boolean closing;

    /** @param reached by a record that the cluster has answered */
    Publisher(
            Producers.Source source,
            RecordMapping mapping,
            PublishLimits limits,
            TimeSource time,
            Predicate<Topic> anybody,
            Durability reached) {
        this.mapping = mapping;
        this.time = time;
        this.anybody = anybody;
        this.reached = reached;
        bound = new PublishBound(limits.messagesMax(), limits.bytesMax());
        overdueNanos = limits.hold().plus(limits.slack()).toNanos();
        long doubtNanos = limits.hold().multipliedBy(2).toNanos();
        underWay = Stream.generate(() -> new UnderWay(doubtNanos))
                .limit(mapping.layout().partitions().size())
                .toArray(UnderWay[]::new);
        producers = new Producers(source, this::refuseAll);
    }

    /**
     * Blocks until somebody may publish.
     *
     * @throws SignalboxException BUSY if the cluster does not say in time where its Kafka topics are
     */
    void start(Duration wait) {
        producers.start(wait);
    }

    /** @param session null: published in nobody's name */
    void publish(Message message, @Nullable String session, PublishCallback callback, long context) {
        int bytes = message.sizeBytes();
        Refusal full = bound.enter(bytes);
        if (full != null) {
            callback.refused(context, full);
            return;
        }
        ProducerRecord<byte[], byte[]> record;
        try {
            record = mapping.record(message, session, time.millis());
        } catch (RuntimeException e) {
            bound.leave(bytes);
            callback.refused(context, refusal("it cannot be a record: ", e));
            return;
        }
        UnderWay way = underWay[mapping.layout().number(record.topic(), record.partition())];
        Outgoing outgoing = new Outgoing(this, way, message.topic(), bytes, callback, context);
        Producers.Generation to = way.enter(outgoing, producers);
        if (to == null) {
            bound.leave(bytes);
            callback.refused(context, notNow(record, way));
        } else {
            outgoing.send(to, record);
        }
    }

    private Refusal notNow(ProducerRecord<byte[], byte[]> record, UnderWay way) {
        if (closing) {
            return new Refusal(ReasonCode.SHUTTING_DOWN, "this transport is closed");
        }
        return new Refusal(
                ReasonCode.BUSY,
                way.isDoubtful(producers.current())
                        ? "partition " + record.partition() + " of " + record.topic() + " left a message without an"
                                + " answer and takes one at a time until it has written one; publish again later"
                        : "the cluster left a message without an answer, and has to say where its Kafka topics are"
                                + " before it is sent another; publish again later");
    }

    /** Answered by the cluster. */
    void written(Outgoing one, RecordMetadata at) {
        bound.leave(one.bytes);
        long sequence = at.hasOffset() ? mapping.layout().sequence(at.topic(), at.partition(), at.offset()) : 0;
        one.callback.published(
                one.context,
                anybody.test(one.topic) ? Receipt.Outcome.ROUTED : Receipt.Outcome.NO_SUBSCRIBERS,
                reached,
                sequence);
    }

    void refuse(Outgoing one, @Nullable Exception failure) {
        bound.leave(one.bytes);
        one.callback.refused(one.context, refusal("the cluster did not take the message: ", failure));
    }

    /** On the producer's own thread. */
    void giveUp(Producers.Generation generation, @Nullable Exception failure) {
        cause = failure;
        producers.giveUp(generation, true, String.valueOf(failure));
    }

    /**
     * To be called a few times a second. Kafka lets go of what it holds for too long, but for a producer that waits for
     * its number.
     */
    void tick() {
        Producers.Generation now = producers.current();
        if (now == null) {
            return;
        }
        long nowNanos = System.nanoTime();
        for (UnderWay one : underWay) {
            if (nowNanos - one.sinceNanos(nowNanos) > overdueNanos) {
                cause = null;
                producers.giveUp(now, false, "no answer within " + Duration.ofNanos(overdueNanos));
                return;
            }
        }
    }

    /** Is everything refused until there is a new producer? */
    boolean isInterrupted() {
        return producers.current() == null;
    }

    /** @param otherwise what is known of the cluster */
    Health health(Health otherwise, long nowNanos) {
        if (otherwise.status() != Health.Status.UP
                || producers.interruptedNanos(nowNanos) <= INTERRUPTION_MAX.toNanos()) {
            return otherwise;
        }
        return new Health(
                Health.Status.DEGRADED,
                "every publish is refused: for more than " + INTERRUPTION_MAX.toSeconds()
                        + " s the cluster has not said where its Kafka topics are");
    }

    private void refuseAll() {
        Refusal refusal = refusal("the cluster did not take the message, or one before it: ", cause);
        for (UnderWay way : underWay) {
            for (Outgoing one = way.poll(); one != null; one = way.poll()) {
                bound.leave(one.bytes);
                try {
                    one.callback.refused(one.context, refusal);
                } catch (RuntimeException | Error e) { // or those behind it would have no answer
                    LOG.error("a publisher threw at its answer", e);
                }
            }
        }
    }

    /** Would it be refused whatever the others are, and again? */
    static boolean isFinal(@Nullable Exception failure) {
        return failure instanceof RecordTooLargeException || failure instanceof AuthorizationException;
    }

    private Refusal refusal(String what, @Nullable Exception failure) {
        return switch (failure) {
            case RecordTooLargeException e ->
                new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "with its headers the message is too large: " + e);
            case AuthorizationException e ->
                new Refusal(ReasonCode.NOT_AUTHORIZED, "the cluster does not allow it: " + e);
            case null, default ->
                closing
                        ? new Refusal(ReasonCode.SHUTTING_DOWN, "this transport is closed: " + failure)
                        : new Refusal(ReasonCode.BUSY, what + (failure == null ? "no answer in time" : failure));
        };
    }

    /** What is refused from now on is refused because of the end. */
    void closing() {
        closing = true;
    }

    /** Blocks until all that is under way is answered. */
    void flush() {
        Producers.Generation now = producers.current();
        if (now != null) {
            now.producer().flush();
        }
    }

    /** @param wait for the answers to what is under way */
    void close(Duration wait) {
        producers.close(wait);
    }
}
