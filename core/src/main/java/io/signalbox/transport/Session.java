package io.signalbox.transport;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's place in the broker: its subscriptions, its queue of unsettled deliveries, and what it publishes.
 * Methods without a stage as result are called on the session's lane; the others on any thread.
 */
public interface Session {
    String name();

    /** True if an earlier session of that name went on (MQTT's Session Present). */
    boolean resumed();

    /**
     * Publishes in this session's name, which is what no-local subscriptions go by.
     *
     * @param tag 0, or for exactly once a number 1 to 65,535 of the publisher's: until it is {@linkplain #forget
     *     forgotten}, another publish with it is answered DUPLICATE. Known after a restart if the session is durable.
     */
    void publish(Message message, int tag, PublishCallback callback, long context);

    /**
     * The publisher knows that its message is safe. The callback hears when the tag is free, durably; of a tag that was
     * free already it hears DUPLICATE.
     */
    void forget(int tag, PublishCallback callback, long context);

    /**
     * Completes when the subscriptions are in force (and durable, for a durable session), with one result for each:
     * null, or why it was refused. Retained messages and the past follow on the lane.
     */
    CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs);

    /** Completes with whether each was there. Deliveries already under way are still offered. */
    CompletionStage<List<Boolean>> unsubscribe(List<Target> targets);

    /**
     * What it is subscribed to, also by earlier connections, with what has been asked for and answered on this one.
     *
     * @return empty if the transport cannot tell, or if what waits for the session goes with a subscription that ends: who
     *     asks may mean to end some
     */
    default CompletionStage<Optional<List<Target>>> subscriptions() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /**
     * Deliveries to this session that its transport has given up by itself, as far as it knows: they expired, or the queue
     * had no room for them, or the engine no longer has them. Since the transport was opened or the session began; lower
     * than before once the session has begun anew. May lag behind; asked for now and then.
     */
    default long lostCount() {
        return 0;
    }

    /** Ids that are not unsettled are ignored: a client may settle what a takeover took from it. */
    void settle(int deliveryId, Settlement settlement);

    /** The receiver of an exactly-once delivery has it; {@link Subscriber#onReleased} follows when that is durable. */
    void received(int deliveryId);

    /** Still working on it: the ack timeout begins anew. */
    void extend(int deliveryId);

    /** While false, nothing is handed over and the queue's bounds hold: the connection cannot take more. */
    void writable(boolean writable);

    /**
     * Asked at the end of a turn: has everything been handed over that is there and may be? False while more is being
     * read, and another turn follows. A transport that cannot know says true.
     */
    default boolean exhausted() {
        return true;
    }

    /** Changes how long the session outlives its connection (MQTT 5, 3.14.2.2.2). */
    void expiry(Duration expiry);

    /**
     * The connection is gone.
     *
     * @param clean the client said goodbye: the session is OFFLINE at once, without the grace of SUSPECT
     */
    void detach(boolean clean);

    /** Ends the session for good and forgets all of it. */
    CompletionStage<Void> remove();

    /** One subscription by what identifies it. */
    record Target(TopicFilter filter, @Nullable String shareGroup) {}
}
