package io.signalbox.gateway.amqp.link;

import static java.util.Objects.requireNonNull;

import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The payload of the transfer that the engine is reading, which it does not get: it would make a buffer of it, and keep it
 * for whoever never asks. Of a delivery in several frames it gets one byte of each, by which it counts them. Owned by the
 * connection's loop. Hot path.
 */
public final class Arriving {
    private static final int HANDLE = 0;
    private static final int DELIVERY_ID = 1;
    private static final int SETTLED = 4;
    private static final int MORE = 5;
    private static final int ABORTED = 9;
    private static final byte[] NOTHING = {};

    /**
     * From channel and handle of links in the middle of a delivery to its id, which is in its first frame. Bounded by the
     * links that are attached.
     */
    private final Map<Long, Integer> incomplete = new HashMap<>();

    private @Nullable Performative transfer;
    private byte[] bytes = NOTHING;
    private int from;
    private int end;

    /** Of the delivery that it goes on with; null: it begins one. */
    private @Nullable Integer begun;

    private boolean settles;

    /**
     * @param transfer the engine has not seen it yet
     * @return null, or a frame that the engine must see before: this one settles, or aborts, a delivery that was begun
     *     unsettled, which the engine would keep until its session ends
     */
    public byte @Nullable [] settlement(Performative transfer) {
        if (incomplete.isEmpty() || !isTrue(transfer, SETTLED) && !isTrue(transfer, ABORTED)) {
            return null;
        }
        Integer id = incomplete.get(link(transfer.channel(), transfer.unsignedInt(HANDLE)));
        return id == null ? null : settled(transfer.channel(), id);
    }

    /** A disposition (2.7.6): by the sender, of one delivery, settled. */
    private static byte[] settled(int channel, int id) {
        return new byte[] {
            0,
            0,
            0,
            22,
            2,
            0,
            (byte) (channel >>> 8),
            (byte) channel,
            0,
            0x53,
            0x15,
            (byte) 0xC0,
            9,
            4,
            0x42,
            0x70,
            (byte) (id >>> 24),
            (byte) (id >>> 16),
            (byte) (id >>> 8),
            (byte) id,
            0x40,
            0x41
        };
    }

    private static boolean isTrue(Performative transfer, int field) {
        return Boolean.TRUE.equals(transfer.flag(field));
    }

    /**
     * @param transfer the engine sees it next
     * @return the frame for the engine
     */
    public byte[] begin(Performative transfer) {
        this.transfer = transfer;
        bytes = transfer.frame();
        from = transfer.end();
        end = bytes.length;
        begun = null;
        boolean more = isTrue(transfer, MORE) && !isTrue(transfer, ABORTED);
        if (!more && incomplete.isEmpty()) {
            return transfer.withoutPayload();
        }
        long link = link(transfer.channel(), transfer.unsignedInt(HANDLE));
        begun = more ? incomplete.putIfAbsent(link, (int) transfer.unsignedInt(DELIVERY_ID)) : incomplete.remove(link);
        return begun == null && !more ? transfer.withoutPayload() : transfer.withOneByte();
    }

    /** The engine is to take its delivery for settled by the client, who can hear no outcome of it. */
    void settle() {
        settles = true;
    }

    /**
     * The engine has seen it.
     *
     * @return null, or a frame that the engine must see next
     */
    public byte @Nullable [] end() {
        byte[] settlement = settles ? settled(channel(), deliveryId()) : null;
        settles = false;
        transfer = null;
        bytes = NOTHING;
        from = 0;
        end = 0;
        return settlement;
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
        incomplete.keySet().removeIf(link -> link >>> Integer.SIZE == channel);
    }

    int channel() {
        return requireNonNull(transfer).channel();
    }

    /** Of its delivery. */
    int deliveryId() {
        Integer known = begun;
        return known != null
                ? known
                : (int) Math.max(0, requireNonNull(transfer).unsignedInt(DELIVERY_ID));
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
