package io.signalbox.gateway.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The topics that one connection published to lately, by their bytes, with the answer whether it may. A known topic
 * costs a hash and a comparison: no text is made, nobody is asked.
 *
 * <p>Direct mapped: a clash evicts, after the table has grown to its bound. Bounded by bytes, and only what the client
 * may publish to is kept: there may be a hundred thousand of these.
 */
final class TopicCache {
    /** Longer topics are made anew each time; the cache stays small. */
    static final int CACHED_BYTES_MAX = 512;

    /** Of all that is kept. */
    static final int KEPT_BYTES_MAX = 32 << 10;

    /** What a topic takes beside its bytes, which are there twice. */
    private static final int ENTRY_BYTES = 160;

    private static final int SLOTS_MIN = 4;
    private static final int SLOTS_MAX = 256;
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[CACHED_BYTES_MAX];
        }
    };

    private static final @Nullable Entry[] NONE = {};

    private @Nullable Entry[] slots = NONE;
    private int keptBytes;

    /** Where the next one is dropped when there are too many bytes. */
    private int hand;

    /** A topic, and the last answer about it. */
    static final class Entry {
        final byte[] bytes;
        final int hash;
        final Topic topic;
        private boolean kept;
        private long epoch;
        private boolean asked;
        private boolean allowed;

        Entry(byte[] bytes, int hash, Topic topic) {
            this.bytes = bytes;
            this.hash = hash;
            this.topic = topic;
        }

        boolean mayPublish(Authorizer authorizer, Principal principal) {
            long now = authorizer.epoch();
            if (!asked || epoch != now) {
                allowed = authorizer.mayPublish(principal, topic);
                epoch = now;
                asked = true;
            }
            return allowed;
        }
    }

    /**
     * Finds it, or makes it anew, not {@linkplain #keep kept} yet.
     *
     * @throws io.signalbox.error.SignalboxException the bytes are text, but no topic
     */
    Entry get(ByteBuf in, int at, int length) {
        if (length > CACHED_BYTES_MAX) {
            byte[] bytes = new byte[length];
            in.getBytes(at, bytes);
            return new Entry(bytes, 0, Topic.ofMqtt(Fields.text(bytes, 0, length)));
        }
        byte[] scratch = SCRATCH.get();
        in.getBytes(at, scratch, 0, length);
        int hash = hash(scratch, length);
        if (slots.length > 0) {
            Entry known = slots[hash & slots.length - 1];
            if (known != null
                    && known.hash == hash
                    && Arrays.equals(known.bytes, 0, known.bytes.length, scratch, 0, length)) {
                return known;
            }
        }
        byte[] bytes = Arrays.copyOf(scratch, length);
        return new Entry(bytes, hash, Topic.ofMqtt(Fields.text(bytes, 0, length)));
    }

    /** The client may publish to it, and is likely to do so again. */
    void keep(Entry entry) {
        if (entry.kept || entry.bytes.length > CACHED_BYTES_MAX) {
            return;
        }
        while (slots.length == 0 || (slots[slot(entry)] != null && slots.length < SLOTS_MAX)) {
            grow();
        }
        put(entry);
        while (keptBytes > KEPT_BYTES_MAX) {
            hand = hand + 1 & slots.length - 1;
            if (slots[hand] != entry) {
                drop(hand);
            }
        }
    }

    int keptBytes() {
        return keptBytes;
    }

    private int slot(Entry entry) {
        return entry.hash & slots.length - 1;
    }

    private void grow() {
        @Nullable Entry[] before = slots;
        slots = new @Nullable Entry[Math.max(SLOTS_MIN, before.length * 2)];
        keptBytes = 0;
        for (Entry entry : before) {
            if (entry != null) {
                put(entry);
            }
        }
    }

    private void put(Entry entry) {
        drop(slot(entry));
        slots[slot(entry)] = entry;
        entry.kept = true;
        keptBytes += cost(entry);
    }

    private void drop(int slot) {
        Entry gone = slots[slot];
        if (gone != null) {
            slots[slot] = null;
            gone.kept = false;
            keptBytes -= cost(gone);
        }
    }

    private static int cost(Entry entry) {
        return ENTRY_BYTES + 2 * entry.bytes.length;
    }

    private static int hash(byte[] bytes, int length) {
        int h = 1;
        for (int i = 0; i < length; i++) {
            h = 31 * h + bytes[i];
        }
        return h ^ h >>> 15;
    }
}
