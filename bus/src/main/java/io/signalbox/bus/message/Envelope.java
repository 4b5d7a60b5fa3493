package io.signalbox.bus.message;

import io.signalbox.message.Headers;
import io.signalbox.message.MessageIds;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way. Immutable to those who look at it; the id is made when somebody first asks for it, because most
 * messages of a busy process never need one.
 *
 * <p>Hot path: one object of 32 bytes beside the message.
 */
public final class Envelope<M> {
    private static final VarHandle ID;

    static {
        try {
            ID = MethodHandles.lookup().findVarHandle(Envelope.class, "id", String.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final M message;
    private final long timestampMillis;
    private final Meta meta;
    private @Nullable String id;

    public Envelope(M message, long timestampMillis, Meta meta) {
        this(message, timestampMillis, meta, null);
    }

    /** @param id null: made when asked for */
    public Envelope(M message, long timestampMillis, Meta meta, @Nullable String id) {
        this.message = message;
        this.timestampMillis = timestampMillis;
        this.meta = meta;
        this.id = id;
    }

    public M message() {
        return message;
    }

    /** Unique; sorts by time (a UUID of version 7), unless the message came from outside with one of its own. */
    public String id() {
        String known = id;
        if (known != null) {
            return known;
        }
        String made = MessageIds.next(timestampMillis);
        String other = (String) ID.compareAndExchange(this, null, made);
        return other != null ? other : made;
    }

    /** Epoch milliseconds at which the bus took it. */
    public long timestampMillis() {
        return timestampMillis;
    }

    /** What it belongs to: the id of the first message of its chain, unless the sender said otherwise. */
    public String correlationId() {
        String given = meta.correlationId();
        return given != null ? given : id();
    }

    /** The id of the message in whose handler it was sent. */
    public Optional<String> causationId() {
        return Optional.ofNullable(meta.causationId());
    }

    public Optional<SessionRef> session() {
        return Optional.ofNullable(meta.session());
    }

    public Headers headers() {
        return meta.options().headers();
    }

    public @Nullable String header(String name) {
        return headers().get(name);
    }

    public Optional<String> orderingKey() {
        return Optional.ofNullable(meta.options().orderingKey());
    }

    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(meta.options().idempotencyKey());
    }

    public Optional<String> from() {
        return Optional.ofNullable(meta.options().from());
    }

    public Optional<String> to() {
        return Optional.ofNullable(meta.options().to());
    }

    public Optional<String> traceparent() {
        return Optional.ofNullable(meta.options().traceparent());
    }

    /** Epoch milliseconds; 0: none. */
    public long deadlineMillis() {
        return meta.deadlineMillis();
    }

    public boolean isExpired(long nowMillis) {
        long deadline = meta.deadlineMillis();
        return deadline != 0 && nowMillis >= deadline;
    }

    public Meta meta() {
        return meta;
    }

    /** The same envelope, or one with an earlier deadline. @param otherMillis epoch milliseconds; 0: none */
    public Envelope<M> withDeadlineAtMost(long otherMillis) {
        Meta limited = meta.withDeadlineAtMost(otherMillis);
        return limited == meta ? this : new Envelope<>(message, timestampMillis, limited, id());
    }

    /** The same envelope around another message: same id, same cause. */
    public <N> Envelope<N> withMessage(N other) {
        return new Envelope<>(other, timestampMillis, meta, id());
    }

    @Override
    public String toString() {
        return "Envelope[" + message.getClass().getSimpleName() + " " + id() + "]";
    }
}
