package io.signalbox.bus.context;

import io.signalbox.bus.message.Envelope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a handler can ask about the message it is handling: {@code CurrentMessage.envelope()}. Held in a scoped value,
 * so it holds in what the handler calls and in the structured forks it starts, and nowhere else.
 */
public final class CurrentMessage {
    private CurrentMessage() {}

    public static boolean isPresent() {
        return Frame.current() != null;
    }

    /** @throws IllegalStateException outside of handlers */
    public static Envelope<?> envelope() {
        Frame frame = Frame.current();
        if (frame == null) {
            throw new IllegalStateException("no message is being handled by this thread; ask from within a handler");
        }
        return frame.envelope();
    }

    public static Optional<Envelope<?>> find() {
        Frame frame = Frame.current();
        return frame == null ? Optional.empty() : Optional.of(frame.envelope());
    }

    /** Does nobody wait for this handler any more? Handlers that compute for long look now and then. */
    public static boolean isCancelled() {
        Frame frame = Frame.current();
        @Nullable Cancellation cancellation = frame == null ? null : frame.cancellation();
        return cancellation != null && cancellation.reason() != null;
    }
}
