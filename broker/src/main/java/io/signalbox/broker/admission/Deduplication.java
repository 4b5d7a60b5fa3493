package io.signalbox.broker.admission;

import io.signalbox.message.Message;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages of the last minutes by idempotency key, else by id. Owned by the journal's turn. */
public final class Deduplication {
    private static final int KEY_CHARS_MAX = 64;

    private final long windowMillis;
    private final int entriesMax;
    private final LinkedHashMap<String, Seen> seen = new LinkedHashMap<>();

    public Deduplication(long windowMillis, int entriesMax) {
        this.windowMillis = windowMillis;
        this.entriesMax = entriesMax;
    }

    /** Did the message bring something to tell it by? */
    public static boolean isKeyed(Message message) {
        return message.properties().idempotencyKey() != null
                || message.properties().id() != null;
    }

    /**
     * Null: the message brought nothing to tell it by. The two kinds of key never meet. Of long ones their digest is
     * kept, since strangers choose them, and many are remembered.
     */
    public static @Nullable String keyOf(Message message) {
        String key = message.properties().idempotencyKey();
        if (key != null) {
            return "k" + shortened(key);
        }
        String id = message.properties().id();
        return id == null ? null : "i" + shortened(id);
    }

    private static String shortened(String key) {
        if (key.length() <= KEY_CHARS_MAX) {
            return key;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            // Longer than any key that is kept as it is, so that the two never meet either.
            return HexFormat.of().formatHex(digest) + "#".repeat(KEY_CHARS_MAX);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public @Nullable Seen find(String key, long nowMillis) {
        Seen first = seen.get(key);
        return first != null && !first.failed() && nowMillis - first.timeMillis() < windowMillis ? first : null;
    }

    /** From now on, which is the time of the one that was seen. */
    public void remember(String key, Seen remembered) {
        seen.remove(key);
        seen.put(key, remembered);
        Iterator<Map.Entry<String, Seen>> oldest = seen.entrySet().iterator();
        while (oldest.hasNext()) {
            Seen first = oldest.next().getValue();
            if (seen.size() <= entriesMax && remembered.timeMillis() - first.timeMillis() < windowMillis) {
                break;
            }
            oldest.remove();
        }
    }

    /** The publish failed after all: it may come again. */
    public void forget(String key) {
        seen.remove(key);
    }
}
