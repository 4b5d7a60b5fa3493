package io.signalbox.transport;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * The contract everything stands on. The embedded broker is one implementation; other message systems, and strategies
 * over several transports, are others. Thread safe.
 *
 * <p>What an implementation cannot do it says in {@link #capabilities()}, and refuses with NOT_SUPPORTED.
 */
public interface Transport extends AutoCloseable {
    /** For logs and metrics, lower case. */
    String name();

    Capabilities capabilities();

    Health health();

    /** What it promises, in words; as exact as the transport knows. */
    default Guarantees guarantees() {
        return Guarantees.of(capabilities());
    }

    /**
     * Publishes without a session. Messages of one caller thread, one topic and one guarantee keep their order; those
     * of different guarantees may overtake each other (MQTT 5, 4.6), since a higher one waits for the disk.
     *
     * <p>Once a publish that was under way is refused for want of an answer (BUSY), none that was under way behind it in
     * the same order, such as that of its ordering key, is written any more: all of those are refused with it. Whoever
     * publishes nothing after a refusal until all is answered, and then the refused ones again, has them in their order.
     * A refused one may have been written all the same, and those behind it too, in their order. What is refused for what
     * it is, such as too large, holds up nobody.
     *
     * @param callback hears when the durability that the topic's policy demands is reached, or why it cannot be
     */
    void publish(Message message, PublishCallback callback, long context);

    /** Completes with the receipt, or fails with a {@link SignalboxException}. */
    default CompletionStage<Receipt> publish(Message message) {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        publish(message, new ReceiptFuture(receipt), 0);
        return receipt;
    }

    /**
     * Creates or resumes the session of that name; whoever had it is detached with TAKEN_OVER first. Nothing is
     * delivered before the stage is complete and the lane has run what the completion enqueued.
     *
     * @param lane where the subscriber is called
     */
    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber);

    /**
     * Hands over messages of the past, oldest first, on a thread of the transport's.
     *
     * @param visitor returns false to stop; may block, which holds up nobody else
     * @return completes with the number of messages handed over
     */
    CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor);

    /** Refuses new work, makes durable what was accepted, detaches every subscriber with SHUTTING_DOWN. */
    @Override
    void close();
}
