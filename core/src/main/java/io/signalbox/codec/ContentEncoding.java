package io.signalbox.codec;

import io.signalbox.error.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What was done to a payload, in the order it was done (RFC 9110, 8.4): {@code signed, zstd, aes256gcm}. */
public final class ContentEncoding {
    private static final int LENGTH_MAX = 256;
    private static final int TOKENS_MAX = 8;

    private ContentEncoding() {}

    /**
     * Tokens that say that nothing was done are left out; some clients of AMQP give the charset here.
     *
     * @throws CodecException PAYLOAD_UNREADABLE for more than {@value #TOKENS_MAX} tokens
     */
    public static List<String> parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return List.of();
        }
        if (text.length() > LENGTH_MAX) {
            throw tooLong(text.length() + " characters; the limit is " + LENGTH_MAX);
        }
        List<String> tokens = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String token = part.strip().toLowerCase(Locale.ROOT);
            if (!token.isEmpty() && !token.equals("identity") && !token.equals("utf-8")) {
                tokens.add(token);
            }
        }
        if (tokens.size() > TOKENS_MAX) {
            throw tooLong(tokens.size() + " layers; the limit is " + TOKENS_MAX);
        }
        return tokens;
    }

    /** Null for none. */
    static @Nullable String write(List<String> tokens) {
        return tokens.isEmpty() ? null : String.join(", ", tokens);
    }

    private static CodecException tooLong(String what) {
        return new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "the content encoding has " + what);
    }
}
