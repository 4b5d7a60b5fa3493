package io.signalbox.transports.archive;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The one class that knows the compression library, so that an archive without compression does without it. */
final class Zstd {
    private static final int LEVEL = 3;

    private Zstd() {}

    static OutputStream compress(OutputStream out) throws IOException {
        ZstdOutputStream zstd = new ZstdOutputStream(out, LEVEL);
        zstd.setChecksum(true);
        return zstd;
    }

    static InputStream decompress(InputStream in) throws IOException {
        return new ZstdInputStream(in);
    }

    /** @throws IllegalArgumentException with what to add to the class path */
    static void check() {
        try {
            Class.forName("com.github.luben.zstd.ZstdOutputStream");
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "compressed archives need com.github.luben:zstd-jni on the class path; add it, or do not compress",
                    e);
        }
    }
}
