package io.signalbox.bus.middleware;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.registry.HandlerEntry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Handles two messages with one idempotency key as one, within a window of time and number that begins when the first
 * was handled (effectively once within the window, not exactly once). A command that was handled is answered with the result it had; one that is being
 * handled is rejected with {@code duplicate}, to be asked again in a moment. An event is kept from a handler that has
 * it, or has had it. What failed is forgotten, so that a retry is not taken for a duplicate. Messages without a key
 * pass: content is never compared, two equal payments are two. Needs {@code com.github.ben-manes.caffeine:caffeine} on
 * the class path.
 */
public final class Deduplication implements CommandMiddleware<Object>, EventMiddleware<Object> {
    public static final Duration WINDOW_DEFAULT = Duration.ofMinutes(2);
    public static final long MESSAGES_MAX_DEFAULT = 100_000;
    private static final Duration ASK_AGAIN = Duration.ofMillis(100);

    /** Those that were handled; what is being handled has no end of its window. */
    private final Cache<Key, Done> handled;

    private final Set<Key> beingHandled = ConcurrentHashMap.newKeySet();

    /** The handler itself, since names are for people. */
    private record Key(HandlerEntry handler, Class<?> type, String idempotencyKey) {}

    /** @param result of a command; null: an event */
    private record Done(@Nullable CommandResult<?> result) {}

    public Deduplication() {
        this(WINDOW_DEFAULT, MESSAGES_MAX_DEFAULT, Ticker.systemTicker());
    }

    public Deduplication(Duration window, long messagesMax, Ticker ticker) {
        handled = Caffeine.newBuilder()
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
        if (!beingHandled.add(key)) {
            throw new RejectedMessageException(
                    Reason.DUPLICATE,
                    "a command with idempotency key '" + key.idempotencyKey + "' is being handled",
                    ASK_AGAIN);
        }
        try {
            Done before = handled.getIfPresent(key);
            if (before != null && before.result != null) {
                return before.result;
            }
            CommandResult<?> result = next.proceed(call);
            if (result.isSuccess()) {
                handled.put(key, new Done(result));
            }
            return result;
        } finally {
            beingHandled.remove(key);
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        Key key = key(call.handler(), call.envelope(), call.event());
        if (key == null) {
            next.proceed(call);
            return;
        }
        if (!beingHandled.add(key)) {
            return;
        }
        try {
            if (handled.getIfPresent(key) == null) {
                next.proceed(call);
                handled.put(key, new Done(null));
            }
        } finally {
            beingHandled.remove(key);
        }
    }

    private static @Nullable Key key(HandlerEntry handler, Envelope<?> envelope, Object message) {
        String given = envelope.meta().options().idempotencyKey();
        return given == null ? null : new Key(handler, message.getClass(), given);
    }
}
