package io.signalbox.message;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import org.jspecify.annotations.Nullable;

/** What a text must be so that every protocol can carry it (MQTT 5, 1.5.4): no U+0000, whole characters, 64 KiB. */
final class Texts {
    private static final int BYTES_MAX = 65_535;

    private Texts() {}

    /** @throws SignalboxException MALFORMED */
    static void check(String what, @Nullable String text) {
        if (text == null) {
            return;
        }
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw bad(what, "holds U+0000, which no protocol carries");
            }
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else if (Character.isSurrogate(c)) {
                throw bad(what, "holds half of a surrogate pair at place " + i);
            } else {
                bytes += 3;
            }
        }
        if (bytes > BYTES_MAX) {
            throw bad(what, "has " + bytes + " bytes of UTF-8; the limit is " + BYTES_MAX);
        }
    }

    private static SignalboxException bad(String what, String why) {
        return new SignalboxException(ReasonCode.MALFORMED, what + " " + why);
    }
}
