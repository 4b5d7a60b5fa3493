package io.signalbox.bus.message;

import org.jspecify.annotations.Nullable;

/**
 * What an envelope knows beyond message, id and time. Most messages have none of it and share {@link #NONE}.
 *
 * @param options as the sender gave them
 * @param correlationId null: the envelope's own id
 * @param causationId id of the message in whose handler this one was sent
 * @param deadlineMillis epoch milliseconds; 0: none
 * @param depth how many causes lie before it
 * @param completion told once when the message is at its end; null: nobody asks
 */
public record Meta(
        SendOptions options,
        @Nullable String correlationId,
        @Nullable String causationId,
        @Nullable SessionRef session,
        long deadlineMillis,
        int depth,
        @Nullable Completion completion) {

    public static final Meta NONE = new Meta(SendOptions.DEFAULT, null, null, null, 0, 0, null);

    /**
     * @param cause the message being handled by whoever sends this one
     * @param session the session it is sent in; null: the cause's
     * @param nowMillis asked only for what has a timeout
     */
    public static Meta of(
            SendOptions options, @Nullable Envelope<?> cause, @Nullable SessionRef session, long nowMillis) {
        long deadline = options.timeout() == null
                ? 0
                : nowMillis + Math.max(1, options.timeout().toMillis());
        if (cause == null) {
            return new Meta(options, options.correlationId(), null, session, deadline, 0, null);
        }
        Meta before = cause.meta();
        SendOptions own = options;
        if (own.traceparent() == null && before.options().traceparent() != null) {
            own = own.withTraceparent(before.options().traceparent());
        }
        String correlation = own.correlationId() != null ? own.correlationId() : cause.correlationId();
        return new Meta(
                own,
                correlation,
                cause.id(),
                session != null ? session : before.session(),
                deadline,
                before.depth() + 1,
                null);
    }

    /** The earlier of two deadlines holds: what is asked for by a command must be over before the command is. */
    public Meta withDeadlineAtMost(long otherMillis) {
        return otherMillis == 0 || (deadlineMillis != 0 && deadlineMillis <= otherMillis)
                ? this
                : new Meta(options, correlationId, causationId, session, otherMillis, depth, completion);
    }

    /** Of a message that takes the place of another: caused by it, and otherwise alike. */
    public Meta withCause(Envelope<?> cause) {
        return new Meta(options, cause.correlationId(), cause.id(), session, deadlineMillis, depth, completion);
    }

    public Meta withOptions(SendOptions other) {
        return new Meta(other, correlationId, causationId, session, deadlineMillis, depth, completion);
    }

    /** A message that came from outside: its own identity is kept, whatever happens to be handled here. */
    public Meta withCompletion(Completion value) {
        return new Meta(options, correlationId, causationId, session, deadlineMillis, depth, value);
    }
}
