package io.signalbox.transports.remote;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A publish that is not answered yet. Guarded by its outbox. */
final class Pending {
    final Message message;

    /** For a message that brought neither an idempotency key nor an id: by it the server knows it again. */
    final @Nullable String ownKey;

    final PublishCallback callback;
    final long context;
    final long sinceMillis;

    /** Sessions that were left before it was published: what comes after must find them away. Null: none. */
    final @Nullable CompletableFuture<?> after;

    /** Connections that it was written to. */
    int tries;

    long sentNanos;

    Pending(
            Message message,
            @Nullable String ownKey,
            PublishCallback callback,
            long context,
            long sinceMillis,
            @Nullable CompletableFuture<?> after) {
        this.message = message;
        this.ownKey = ownKey;
        this.callback = callback;
        this.context = context;
        this.sinceMillis = sinceMillis;
        this.after = after;
    }

    boolean mayGo() {
        return after == null || after.isDone();
    }

    boolean light() {
        return message.guarantee() == Guarantee.AT_MOST_ONCE;
    }

    int bytes() {
        return message.sizeBytes();
    }
}
