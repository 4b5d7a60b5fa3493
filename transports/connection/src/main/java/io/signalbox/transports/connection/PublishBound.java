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
    /**
     * Both counts in one number, the bytes below: publisher and answers change it on different processors, and each
     * change of either brings it from one to the other.
     */
    private static final int BYTES_BITS = 40;

    private static final long ONE_MESSAGE = 1L << BYTES_BITS;
    private static final long BYTES_MASK = ONE_MESSAGE - 1;

    /** Half of what there is room for, since threads that are refused have counted themselves for a moment. */
    private static final int MESSAGES_MAX = 1 << 22;

    private static final long BYTES_MAX = 1L << 39;

    private final int messagesMax;
    private final long bytesMax;
    private final AtomicLong underWay = new AtomicLong();

    /** More than 4,194,304 messages or 512 GiB count as these. */
    public PublishBound(int messagesMax, long bytesMax) {
        if (messagesMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("bounds of " + messagesMax + " messages and " + bytesMax
                    + " bytes under way; both must be positive");
        }
        this.messagesMax = Math.min(messagesMax, MESSAGES_MAX);
        this.bytesMax = Math.min(bytesMax, BYTES_MAX);
    }

    /** Null if there is room, which is taken; {@link #leave} gives it back. One message always has room when alone. */
    public @Nullable Refusal enter(int messageBytes) {
        long before = underWay.getAndAdd(ONE_MESSAGE + messageBytes);
        if (before >>> BYTES_BITS >= messagesMax) {
            leave(messageBytes);
            return new Refusal(
                    ReasonCode.BUSY,
                    "publishes that wait for the engine's answer: " + (before >>> BYTES_BITS) + " of " + messagesMax);
        }
        long bytes = before & BYTES_MASK;
        if (bytes + messageBytes > bytesMax && bytes > 0) {
            leave(messageBytes);
            return new Refusal(
                    ReasonCode.BUSY,
                    "bytes that wait for the engine's answer: " + bytes + " of " + bytesMax + ", and this message has "
                            + messageBytes);
        }
        return null;
    }

    /** For what is bounded by something else already. */
    public void enterAnyway(int messageBytes) {
        underWay.addAndGet(ONE_MESSAGE + messageBytes);
    }

    public void leave(int messageBytes) {
        underWay.addAndGet(-ONE_MESSAGE - messageBytes);
    }

    public long messages() {
        return underWay.get() >>> BYTES_BITS;
    }
}
