package io.signalbox.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request after the other as it comes: bounded for itself, and together with those of all others.
 * Owned by the connection's loop.
 */
final class RequestBody {
    private static final byte[] NONE = {};

    private final int bytesMax;
    private final ByteBudget budget;
    private @Nullable ByteBuf collected;
    private long held;

    RequestBody(int bytesMax, ByteBudget budget) {
        this.bytesMax = bytesMax;
        this.budget = budget;
    }

    /** @throws HttpProblem 413 */
    void announce(long bytes) {
        if (bytes > bytesMax) {
            throw new HttpProblem(
                    413,
                    "body-too-large",
                    "the body is larger than the limit of " + bytesMax
                            + " bytes; send less or raise http.body-bytes-max");
        }
    }

    /** @throws HttpProblem or SignalboxException there is no room for it */
    void add(ByteBufAllocator allocator, ByteBuf content) {
        int more = content.readableBytes();
        if (more == 0) {
            return;
        }
        announce(held + more);
        if (!budget.take(more)) {
            throw new SignalboxException(
                    ReasonCode.BUSY,
                    "the bodies of all requests together are as large as an eighth of the heap; try again");
        }
        held += more;
        ByteBuf into = collected == null ? allocator.buffer(more, bytesMax) : collected;
        collected = into;
        into.writeBytes(content);
    }

    /** It counts until it is {@linkplain #release released}. */
    byte[] take() {
        byte[] bytes = collected == null ? NONE : ByteBufUtil.getBytes(collected);
        releaseBuffer();
        return bytes;
    }

    void release() {
        releaseBuffer();
        budget.giveBack(held);
        held = 0;
    }

    private void releaseBuffer() {
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }
}
