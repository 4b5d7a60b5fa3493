package io.signalbox.server.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The body of one request as it comes, bounded for itself and together with others. What counts is the room that it
 * has, on the heap, and not what of it is filled. Owned by the connection's loop.
 */
final class RequestBody {
    private static final int ROOM_BYTES_MIN = 1 << 10;

    private final Bodies bodies;
    private final Bodies.Owner owner;
    private final int bytesMax;

    /** As far as is known now; what comes beyond what was announced is another request. */
    private final int bytesFinal;

    private byte[] room = {};
    private int length;

    /** @param announced by the request; negative: it is not known */
    RequestBody(Bodies bodies, Bodies.Owner owner, int bytesMax, long announced) {
        this.bodies = bodies;
        this.owner = owner;
        this.bytesMax = bytesMax;
        bytesFinal = announced < 0 ? bytesMax : (int) Math.min(announced, bytesMax);
    }

    /** @throws HttpProblem 413 */
    static void check(long bytes, int bytesMax) {
        if (bytes > bytesMax) {
            throw new HttpProblem(
                    413,
                    "body-too-large",
                    "the body is larger than the limit of " + bytesMax
                            + " bytes; send less or raise http.body-bytes-max");
        }
    }

    boolean empty() {
        return length == 0;
    }

    /** @throws HttpProblem or SignalboxException there is no room for it */
    void add(ByteBuf content) {
        int more = content.readableBytes();
        check((long) length + more, bytesMax);
        if (length + more > room.length) {
            long roomy = Math.min(bytesFinal, Math.max(ROOM_BYTES_MIN, 2L * room.length));
            grow((int) Math.max(length + more, roomy));
        }
        content.readBytes(room, length, more);
        length += more;
    }

    /** The old room is garbage when this returns, so a loop holds but one that is not counted. */
    private void grow(int bytes) {
        bodies.take(owner, bytes - room.length);
        room = Arrays.copyOf(room, bytes);
    }

    /** Its whole, which counts for whoever has it then. */
    HeldBody take() {
        byte[] whole = room.length == length ? room : Arrays.copyOf(room, length);
        bodies.giveBack(owner, room.length - length);
        int counted = length;
        room = new byte[0];
        length = 0;
        return new HeldBody(whole, () -> bodies.giveBack(owner, counted));
    }

    /** May be repeated. */
    void release() {
        bodies.giveBack(owner, room.length);
        room = new byte[0];
        length = 0;
    }
}
