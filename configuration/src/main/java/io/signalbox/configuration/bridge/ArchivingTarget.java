package io.signalbox.configuration.bridge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Outage;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The far side of a bridge with an archive beside it. A message that both must have is published to both at once, so
 * that its place among the others is kept at both; what one of them has is not sent to it again when the bridge tries
 * again because of the other. Thread safe.
 */
final class ArchivingTarget implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(ArchivingTarget.class);

    private static final int REMEMBERED_MAX = 1 << 17;

    private final Transport target;
    private final Transport archive;
    private final MessageSelection selection;
    private final boolean required;
    private final AtomicLong missed = new AtomicLong();
    /** Messages on the bridge that one side has and the other refused, about as many as the bridge's window. */
    private final Set<Message> atTarget =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final Set<Message> atArchive =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    ArchivingTarget(Transport target, Transport archive, MessageSelection selection, boolean required) {
        this.target = target;
        this.archive = archive;
        this.selection = selection;
        this.required = required;
    }

    /** Copies that an archive that is not required has not taken. */
    long missedCount() {
        return missed.get();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        Message copy;
        try {
            copy = selection.select(message);
        } catch (RuntimeException e) {
            if (required) {
                callback.refused(
                        context, new Refusal(ReasonCode.MALFORMED, "it cannot be archived: " + e.getMessage()));
                return;
            }
            missed.incrementAndGet();
            LOG.warn("a message to {} cannot be archived: {}", message.topic(), e.getMessage());
            copy = null;
        }
        if (copy == null) {
            target.publish(message, callback, context);
        } else if (!required) {
            archive.publish(copy, new Half(refusal -> missed.incrementAndGet()), 0);
            target.publish(message, callback, context);
        } else {
            both(message, copy, callback, context);
        }
    }

    private void both(Message message, Message copy, PublishCallback callback, long context) {
        Ending ending = new Ending(message, callback, context);
        if (atArchive.contains(message)) {
            ending.archived(null);
        } else {
            archive.publish(copy, new Half(ending::archived), 0);
        }
        if (atTarget.contains(message)) {
            ending.taken(null);
        } else {
            target.publish(message, new Half(ending::taken), 0);
        }
    }

    /** Those that the bridge was given anew meanwhile are never asked for: forgetting costs a copy that comes twice. */
    private static void remember(Set<Message> there, Message message) {
        if (there.size() >= REMEMBERED_MAX) {
            there.clear();
        }
        there.add(message);
    }

    /** One of two answers. */
    private record Half(Consumer<@Nullable Refusal> ended) implements PublishCallback {
        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            ended.accept(null);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            ended.accept(refusal);
        }
    }

    /** Waits for both answers. */
    private final class Ending {
        private final Message message;
        private final PublishCallback callback;
        private final long context;
        private final AtomicInteger open = new AtomicInteger(2);
        private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();

        Ending(Message message, PublishCallback callback, long context) {
            this.message = message;
            this.callback = callback;
            this.context = context;
        }

        void archived(@Nullable Refusal refused) {
            ended(refused, atArchive);
        }

        void taken(@Nullable Refusal refused) {
            ended(refused, atTarget);
        }

        private void ended(@Nullable Refusal refused, Set<Message> there) {
            if (refused == null) {
                remember(there, message);
            } else {
                refusal.compareAndSet(null, refused);
            }
            if (open.decrementAndGet() == 0) {
                finish();
            }
        }

        private void finish() {
            Refusal refused = refusal.get();
            if (refused == null || !Outage.is(refused.reason())) {
                atTarget.remove(message);
                atArchive.remove(message);
            }
            if (refused == null) {
                callback.published(
                        context, Outcome.ROUTED, target.capabilities().durability(), 0);
            } else {
                callback.refused(context, refused);
            }
        }
    }

    @Override
    public String name() {
        return target.name() + " with " + archive.name();
    }

    @Override
    public Capabilities capabilities() {
        return target.capabilities();
    }

    @Override
    public Health health() {
        return target.health();
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return target.open(options, lane, subscriber);
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return target.read(request, visitor);
    }

    /** Does nothing: both ends are somebody else's. */
    @Override
    public void close() {
        // Who opened them closes them.
    }
}
