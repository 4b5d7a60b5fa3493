package io.signalbox.gateway.mqtt.publish;

import io.signalbox.gateway.mqtt.frame.MqttReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements leave in the order in which their publishes came (MQTT 5, 4.6). What was stored is answered in that
 * order anyway; a refusal, or a duplicate, is known sooner and waits here for those before it. Owned by the
 * connection's loop. Hot path: in order, it is two array operations. Bounded by the publishes that wait.
 */
final class AckOrder {
    private static final int SLOTS_MIN = 16;

    /**
     * @param type of the packet
     * @param detail null: none, or the client wants none
     * @param note for another Signalbox: its receipt, or the reason of the refusal; null: none
     */
    record Ack(
            int type,
            int packetId,
            MqttReason reason,
            @Nullable String detail,
            @Nullable String note) {}

    private int[] packetIds = {};
    private @Nullable Ack @Nullable [] early;
    private int head;
    private int size;

    /** A publish came. */
    void came(int packetId) {
        if (size == packetIds.length) {
            grow();
        }
        packetIds[head + size & packetIds.length - 1] = packetId;
        size++;
    }

    /** A publish came whose answer is known already, and is to wait for those before it. */
    void cameKnown(Ack ack) {
        came(ack.packetId());
        if (early == null) {
            early = new Ack[packetIds.length];
        }
        early[head + size - 1 & packetIds.length - 1] = ack;
    }

    /** Acknowledgements that have not left yet. */
    int size() {
        return size;
    }

    /** @return whether this one is the next; it has left the order then */
    boolean takeIfNext(int packetId) {
        if (size == 0 || packetIds[head] != packetId || early != null && early[head] != null) {
            return false;
        }
        pop();
        return true;
    }

    /** It is known, but not yet its turn. */
    void keep(Ack ack) {
        if (early == null) {
            early = new Ack[packetIds.length];
        }
        for (int i = 0; i < size; i++) {
            int slot = head + i & packetIds.length - 1;
            if (packetIds[slot] == ack.packetId() && early[slot] == null) {
                early[slot] = ack;
                return;
            }
        }
    }

    /** The next one that was kept and whose turn it is. */
    @Nullable
    Ack pollKept() {
        if (size == 0 || early == null) {
            return null;
        }
        Ack ack = early[head];
        if (ack != null) {
            early[head] = null;
            pop();
        }
        return ack;
    }

    private void pop() {
        head = head + 1 & packetIds.length - 1;
        size--;
        if (size == 0) {
            early = null;
        }
    }

    private void grow() {
        int capacity = Math.max(SLOTS_MIN, packetIds.length * 2);
        int[] ids = new int[capacity];
        @Nullable Ack @Nullable [] kept = early == null ? null : new Ack[capacity];
        for (int i = 0; i < size; i++) {
            int slot = head + i & packetIds.length - 1;
            ids[i] = packetIds[slot];
            if (kept != null && early != null) {
                kept[i] = early[slot];
            }
        }
        packetIds = ids;
        early = kept;
        head = 0;
    }

    @Override
    public String toString() {
        return "AckOrder" + Arrays.toString(packetIds) + " from " + head + ", " + size;
    }
}
