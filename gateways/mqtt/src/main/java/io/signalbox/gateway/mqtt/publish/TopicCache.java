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
 * <p>Direct mapped: a clash evicts, after the table has grown to its bound.
 */
final class TopicCache {
    /** Longer topics are made anew each time; the cache stays small. */
    static final int CACHED_BYTES_MAX = 512;

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

    /** A topic, and the last answer about it. */
    static final class Entry {
        final byte[] bytes;
        final int hash;
        final Topic topic;
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

    /** @throws io.signalbox.error.SignalboxException the bytes are text, but no topic */
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
        Entry entry = new Entry(bytes, hash, Topic.ofMqtt(Fields.text(bytes, 0, length)));
        put(entry);
        return entry;
    }

    private void put(Entry entry) {
        while (slots.length == 0 || (slots[entry.hash & slots.length - 1] != null && slots.length < SLOTS_MAX)) {
            @Nullable Entry[] more = new @Nullable Entry[Math.max(SLOTS_MIN, slots.length * 2)];
            for (Entry old : slots) {
                if (old != null) {
                    more[old.hash & more.length - 1] = old;
                }
            }
            slots = more;
        }
        slots[entry.hash & slots.length - 1] = entry;
    }

    private static int hash(byte[] bytes, int length) {
        int h = 1;
        for (int i = 0; i < length; i++) {
            h = 31 * h + bytes[i];
        }
        return h ^ h >>> 15;
    }
}
