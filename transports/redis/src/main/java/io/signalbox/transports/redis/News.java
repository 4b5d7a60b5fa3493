package io.signalbox.transports.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What comes by Pub/Sub. The first letter says what it is: {@code w} queues to look into, {@code t} the owner that has
 * lost its session, {@code l} a message that need not arrive, with the sessions it is for. On the client library's
 * thread: everything here enqueues and returns.
 */
final class News extends RedisPubSubAdapter<String, byte[]> {
    private final Sessions sessions;

    News(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void message(String channel, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        switch (bytes[0]) {
            case 'w' -> sessions.wake(List.of(text(bytes, 1, bytes.length - 1).split("\0", -1)));
            case 't' -> sessions.takenOver(text(bytes, 1, bytes.length - 1));
            case 'l' -> light(bytes);
            default -> {} // of a later version
        }
    }

    /** {@code l<length of the names>:<names><packed fields>} */
    private void light(byte[] bytes) {
        int colon = 1;
        int length = 0;
        while (colon < bytes.length && bytes[colon] >= '0' && bytes[colon] <= '9') {
            length = 10 * length + bytes[colon++] - '0';
        }
        int packed = colon + 1 + length;
        if (length >= 0 && packed <= bytes.length) {
            sessions.light(text(bytes, colon + 1, length), ByteBuffer.wrap(bytes, packed, bytes.length - packed));
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }
}
