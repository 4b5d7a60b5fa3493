package io.signalbox.benchmarks.load;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection, which publishes, subscribes, does both, or idles. Owned by the {@link EventLoop}. */
final class Client {
    enum State {
        CLOSED,
        CONNECTING,
        HANDSHAKE,
        SUBSCRIBING,
        READY
    }

    private static final byte[] EMPTY = {};
    private static final int OUT_BYTES_MIN = 256;

    final String id;
    /** What the poller says when it means this one. */
    final int token;

    final EventLoop loop;

    /** Asks the server to forget the session at the end. */
    boolean clean = true;

    @Nullable
    Publisher publisher;

    @Nullable
    Subscriber subscriber;

    State state = State.CLOSED;
    int fd = -1;
    boolean dirty;
    boolean waitsForRoom;

    /** Bytes from {@code outStart} to {@code outEnd} are not yet sent. */
    byte[] out = EMPTY;

    int outStart;
    int outEnd;

    /** Of a packet that has not come whole. */
    byte[] rest = EMPTY;

    int restBytes;

    /** The WebSocket is open: from now on there are frames. */
    boolean framed;

    /** Of the frame that is being read. */
    long frameLeft;

    final byte[] frameHead = new byte[10];
    int frameHeadBytes;

    Client(String id, int token, EventLoop loop) {
        this.id = id;
        this.token = token;
        this.loop = loop;
    }

    int unsentBytes() {
        return outEnd - outStart;
    }

    /** @return where in {@link #out} so many bytes are to be written; they are sent at the end of the turn */
    int reserve(int bytes) {
        if (!framed) {
            return reservePlain(bytes);
        }
        int headBytes = WebSocketWire.headBytes(bytes);
        int at = reservePlain(headBytes + bytes);
        WebSocketWire.writeHead(out, at, bytes);
        return at + headBytes;
    }

    private int reservePlain(int bytes) {
        if (outEnd + bytes > out.length) {
            makeRoom(bytes);
        }
        int at = outEnd;
        outEnd += bytes;
        if (!dirty) {
            dirty = true;
            loop.markDirty(this);
        }
        return at;
    }

    private void makeRoom(int bytes) {
        int unsent = unsentBytes();
        byte[] to = unsent + bytes <= out.length
                ? out
                : new byte[Math.max(OUT_BYTES_MIN, Integer.highestOneBit(unsent + bytes - 1) << 1)];
        System.arraycopy(out, outStart, to, 0, unsent);
        out = to;
        outStart = 0;
        outEnd = unsent;
    }

    void put(byte[] bytes) {
        int at = reserve(bytes.length);
        System.arraycopy(bytes, 0, out, at, bytes.length);
    }

    void keepRest(byte[] in, int from, int bytes) {
        if (bytes > rest.length) {
            rest = Arrays.copyOfRange(in, from, from + Math.max(OUT_BYTES_MIN, Integer.highestOneBit(bytes) << 1));
        } else {
            System.arraycopy(in, from, rest, 0, bytes);
        }
        restBytes = bytes;
    }

    void forget() {
        state = State.CLOSED;
        fd = -1;
        outStart = 0;
        outEnd = 0;
        restBytes = 0;
        waitsForRoom = false;
        framed = false;
        frameLeft = 0;
        frameHeadBytes = 0;
    }
}
