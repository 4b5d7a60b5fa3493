package io.signalbox.server.http;

import io.signalbox.message.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Messages as Server-Sent Events (the HTML standard, 9.2). One message goes to thousands of readers at the same time, so
 * those written last are kept. Thread safe.
 */
final class EventFrames {
    private static final int KEPT = 256;

    /** Together no more than some megabytes. */
    private static final int KEPT_BYTES_MAX = 16 << 10;

    private record Frame(Message message, long sequence, byte[] bytes) {}

    private final AtomicReferenceArray<@Nullable Frame> kept = new AtomicReferenceArray<>(KEPT);

    byte[] of(long sequence, Message message, boolean nativeSyntax) {
        if (nativeSyntax) {
            return frame(sequence, message, true);
        }
        int slot = System.identityHashCode(message) & KEPT - 1;
        Frame known = kept.get(slot);
        if (known != null && known.message == message && known.sequence == sequence) {
            return known.bytes;
        }
        byte[] bytes = frame(sequence, message, false);
        if (bytes.length <= KEPT_BYTES_MAX) {
            kept.set(slot, new Frame(message, sequence, bytes));
        }
        return bytes;
    }

    /** What was not logged has no id: who comes back goes on behind what has one. */
    private static byte[] frame(long sequence, Message message, boolean nativeSyntax) {
        byte[] json = Json.bytes(MessageJson.show(sequence, message, nativeSyntax));
        ByteArrayOutputStream frame = new ByteArrayOutputStream(json.length + 48);
        frame.writeBytes(ascii(sequence > 0 ? "id: " + sequence + "\ndata: " : "data: "));
        frame.writeBytes(json);
        frame.writeBytes(ascii("\n\n"));
        return frame.toByteArray();
    }

    /** The log no longer has all that came after an event. @param next the first that it has; 0: nothing is known */
    static byte[] gap(long after, long next) {
        Map<String, Object> gap = next > 0 ? Map.of("after", after, "next", next) : Map.of("after", after);
        return ascii("event: gap\ndata: " + new String(Json.bytes(gap), StandardCharsets.US_ASCII) + "\n\n");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
