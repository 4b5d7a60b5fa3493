package io.signalbox.broker.session;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.routing.ShareGroup;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a session asks of the broker around it. Every method enqueues and returns. */
public interface SessionHost {
    BrokerConfig config();

    TopicEntry topic(Topic topic);

    TimeSource time();

    Authorizer authorizer();

    /** Where sessions without a connection take their turns, and where payloads are read back from the log. */
    Executor background();

    /** Of all mailboxes. */
    Floodgate floodgate();

    /** Why nothing new can be promised to outlive the process now; null: it can. */
    @Nullable
    Refusal storageRefusal();

    /** Runs the session's clock tick at that time or soon after. */
    void wakeAt(BrokerSession session, long epochMillis);

    /** It needs no ticks any more. */
    void neverWake(BrokerSession session);

    /** Payload bytes that came into memory (or left it). @return false when there is no room for payloads that can wait in the log */
    boolean buffered(long bytes);

    void publish(@Nullable BrokerSession origin, Message message, int tag, PublishCallback callback, long context);

    void forgetTag(BrokerSession session, int tag, PublishCallback callback, long context);

    CompletionStage<List<@Nullable Refusal>> subscribe(BrokerSession session, List<FilterSpec> specs);

    CompletionStage<List<Boolean>> unsubscribe(BrokerSession session, List<Session.Target> targets);

    /** As {@link Session#subscriptions}. */
    CompletionStage<Optional<List<Session.Target>>> subscriptions(BrokerSession session);

    CompletionStage<Void> remove(BrokerSession session);

    void expiryChanged(BrokerSession session);

    /** What is to outlive the process. */
    SessionNotes notes();

    /** Stores a letter about it, and logs that the delivery (if logged) is over with it. */
    void deadLetter(BrokerSession session, Dead dead);

    /** Gives a delivery to another member of its share group. @return false when there is nobody else */
    boolean handOver(BrokerSession from, ShareGroup group, Handover delivery);

    /** The message at that position, on the calling thread. @throws RuntimeException when it cannot be read */
    Message read(long position);

    /** Called once, off the hot path, for a payload that cannot be read back. */
    void unreadable(BrokerSession session, long position, Throwable cause);

    void onExpired(BrokerSession session);
}
