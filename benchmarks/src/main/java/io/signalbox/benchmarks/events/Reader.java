package io.signalbox.benchmarks.events;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One reader of events: tells the ids and the time that each payload carries. Owned by the readers' thread. */
final class Reader {
    private static final byte[] ID = {'i', 'd', ':', ' '};
    private static final byte[] STAMP = "\"payload\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    interface Events {
        /** @param after the id before; 0: this is the first */
        void onEvent(long after, long id, long stampNanos);
    }

    final SocketChannel channel;
    private int idMatched;
    private int stampMatched;
    private long id;
    private long previous;
    private long stamp;
    private boolean inId;
    private boolean inStamp;
    private int newlines;

    /** The head of the answer is here. */
    boolean ready;

    Reader(SocketChannel channel) {
        this.channel = channel;
    }

    /** Looks for what it knows and passes over the rest, the borders of chunks among it. */
    void take(ByteBuffer bytes, Events events) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (!ready) {
                newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
                ready = newlines == 2;
            } else if (inId) {
                if (b >= '0' && b <= '9') {
                    id = id * 10 + (b - '0');
                } else {
                    inId = false;
                }
            } else if (inStamp) {
                if (b >= '0' && b <= '9') {
                    stamp = stamp * 10 + (b - '0');
                } else {
                    inStamp = false;
                    events.onEvent(previous, id, stamp);
                    previous = id;
                }
            } else {
                match(b);
            }
        }
    }

    private void match(byte b) {
        idMatched = b == ID[idMatched] ? idMatched + 1 : b == ID[0] ? 1 : 0;
        stampMatched = b == STAMP[stampMatched] ? stampMatched + 1 : b == STAMP[0] ? 1 : 0;
        if (idMatched == ID.length) {
            idMatched = 0;
            inId = true;
            id = 0;
        }
        if (stampMatched == STAMP.length) {
            stampMatched = 0;
            inStamp = true;
            stamp = 0;
        }
    }
}
