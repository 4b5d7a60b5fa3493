package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HashSet;
import java.util.Set;

/**
 * The payload of the transfer that the engine is reading, which it does not get: it would make a buffer of it, and keep it
 * for whoever never asks. Of a delivery in several frames it gets one byte of each, by which it counts them. Owned by the
 * connection's loop. Hot path.
 */
public final class Arriving {
    private static final int HANDLE = 0;
    private static final int MORE = 5;
    private static final int ABORTED = 9;
    private static final byte[] NOTHING = {};

    /** Channel and handle of links in the middle of a delivery. Bounded by the links that are attached. */
    private final Set<Long> incomplete = new HashSet<>();

    private byte[] bytes = NOTHING;
    private int from;
    private int end;

    /**
     * @param transfer the engine sees it next
     * @return the frame for the engine
     */
    public byte[] begin(Performative transfer) {
        bytes = transfer.frame();
        from = transfer.end();
        end = bytes.length;
        boolean more = Boolean.TRUE.equals(transfer.flag(MORE)) && !Boolean.TRUE.equals(transfer.flag(ABORTED));
        if (!more && incomplete.isEmpty()) {
            return transfer.withoutPayload();
        }
        long link = link(transfer.channel(), transfer.unsignedInt(HANDLE));
        boolean first = more ? incomplete.add(link) : !incomplete.remove(link);
        return first && !more ? transfer.withoutPayload() : transfer.withOneByte();
    }

    /** The engine has seen it. */
    public void end() {
        bytes = NOTHING;
        from = 0;
        end = 0;
    }

    private static long link(int channel, long handle) {
        return (long) channel << Integer.SIZE | handle;
    }

    /** The link is gone. */
    public void forget(int channel, long handle) {
        incomplete.remove(link(channel, handle));
    }

    /** The session is gone. */
    public void forget(int channel) {
        incomplete.removeIf(link -> link >>> Integer.SIZE == channel);
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int length() {
        return end - from;
    }
}
