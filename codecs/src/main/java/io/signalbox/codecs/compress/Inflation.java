package io.signalbox.codecs.compress;

import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** What inflating has in common, whatever the algorithm: a bound, and two ways to fail. */
final class Inflation {
    private static final int STEP_BYTES = 16 << 10;

    private Inflation() {}

    /** Reads to the end, or to one byte beyond the bound. */
    static byte[] readBounded(InputStream in, int bytesMax, String encoding) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(STEP_BYTES, bytesMax));
        byte[] step = new byte[STEP_BYTES];
        for (int read = in.read(step); read >= 0; read = in.read(step)) {
            if (out.size() + read > bytesMax) {
                throw tooLarge(encoding, "more than", bytesMax, bytesMax);
            }
            out.write(step, 0, read);
        }
        return out.toByteArray();
    }

    /** @param announced what the compressed bytes say of themselves, or what was found */
    static CodecException tooLarge(String encoding, String how, long announced, int bytesMax) {
        return new CodecException(
                ReasonCode.PAYLOAD_TOO_LARGE,
                "the " + encoding + " payload inflates to " + how + " " + announced + " bytes; the limit is "
                        + bytesMax);
    }

    static CodecException damaged(String encoding, Exception cause) {
        return new CodecException(
                ReasonCode.PAYLOAD_UNREADABLE,
                "the payload is no whole " + encoding + ": " + cause.getMessage(),
                cause);
    }
}
