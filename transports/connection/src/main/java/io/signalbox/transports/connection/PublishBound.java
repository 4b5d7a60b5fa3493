package io.signalbox.transports.connection;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what was published and is not answered yet, in messages and payload bytes, so that an engine that is away or
 * slow costs a known amount of memory. Thread safe and without locks.
 */
public final class PublishBound {
    private final int messagesMax;
    private final long bytesMax;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    public PublishBound(int messagesMax, long bytesMax) {
        if (messagesMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("bounds of " + messagesMax + " messages and " + bytesMax
                    + " bytes under way; both must be positive");
        }
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** Null if there is room, which is taken; {@link #leave} gives it back. One message always has room when alone. */
    public @Nullable Refusal enter(int messageBytes) {
        long before = messages.getAndIncrement();
        if (before >= messagesMax) {
            messages.decrementAndGet();
            return new Refusal(
                    ReasonCode.BUSY, "publishes that wait for the engine's answer: " + before + " of " + messagesMax);
        }
        long withIt = bytes.addAndGet(messageBytes);
        if (withIt > bytesMax && withIt > messageBytes) {
            leave(messageBytes);
            return new Refusal(
                    ReasonCode.BUSY,
                    "bytes that wait for the engine's answer: " + (withIt - messageBytes) + " of " + bytesMax
                            + ", and this message has " + messageBytes);
        }
        return null;
    }

    /** For what is bounded by something else already. */
    public void enterAnyway(int messageBytes) {
        messages.incrementAndGet();
        bytes.addAndGet(messageBytes);
    }

    public void leave(int messageBytes) {
        bytes.addAndGet(-messageBytes);
        messages.decrementAndGet();
    }

    public long messages() {
        return messages.get();
    }
}
