package io.signalbox.bus.middleware;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.registry.HandlerEntry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Handles two messages with one idempotency key as one, within a window of time and number (effectively once within
 * the window, not exactly once). A command that was handled is answered with the result it had; one that is being
 * handled is rejected with {@code duplicate}, to be asked again in a moment. An event is kept from a handler that has
 * it, or has had it. What failed is forgotten, so that a retry is not taken for a duplicate. Messages without a key
 * pass: content is never compared, two equal payments are two. Needs {@code com.github.ben-manes.caffeine:caffeine} on
 * the class path.
 */
public final class Deduplication implements CommandMiddleware<Object>, EventMiddleware<Object> {
    public static final Duration WINDOW_DEFAULT = Duration.ofMinutes(2);
    public static final long MESSAGES_MAX_DEFAULT = 100_000;
    private static final Duration ASK_AGAIN = Duration.ofMillis(100);

    private final Cache<Key, State> seen;

    /** The handler itself, since names are for people. */
    private record Key(HandlerEntry handler, Class<?> type, String idempotencyKey) {}

    private sealed interface State {
        State PROCESSING = new Processing();

        record Processing() implements State {}

        record Done(@Nullable CommandResult<?> result) implements State {}
    }

    public Deduplication() {
        this(WINDOW_DEFAULT, MESSAGES_MAX_DEFAULT, Ticker.systemTicker());
    }

    public Deduplication(Duration window, long messagesMax, Ticker ticker) {
        seen = Caffeine.newBuilder()
                .expireAfterWrite(window)
                .maximumSize(messagesMax)
                .ticker(ticker)
                .build();
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        Key key = key(call.handler(), call.envelope(), call.command());
        if (key == null) {
            return next.proceed(call);
        }
        State before = seen.asMap().putIfAbsent(key, State.PROCESSING);
        if (before instanceof State.Done(CommandResult<?> result) && result != null) {
            return result;
        }
        if (before != null) {
            throw new RejectedMessageException(
                    Reason.DUPLICATE,
                    "a command with idempotency key '" + key.idempotencyKey + "' is being handled",
                    ASK_AGAIN);
        }
        boolean done = false;
        try {
            CommandResult<?> result = next.proceed(call);
            done = result.isSuccess();
            if (done) {
                seen.put(key, new State.Done(result));
            }
            return result;
        } finally {
            if (!done) {
                seen.invalidate(key);
            }
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        Key key = key(call.handler(), call.envelope(), call.event());
        if (key == null) {
            next.proceed(call);
            return;
        }
        if (seen.asMap().putIfAbsent(key, State.PROCESSING) != null) {
            return;
        }
        boolean done = false;
        try {
            next.proceed(call);
            done = true;
            seen.put(key, new State.Done(null));
        } finally {
            if (!done) {
                seen.invalidate(key);
            }
        }
    }

    private static @Nullable Key key(HandlerEntry handler, Envelope<?> envelope, Object message) {
        String given = envelope.meta().options().idempotencyKey();
        return given == null ? null : new Key(handler, message.getClass(), given);
    }
}
