package io.signalbox.codecs.compress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** RFC 1952, from the JDK: slowest and largest of the three, and read everywhere. */
final class Gzip implements Algorithm {
    @Override
    public String encoding() {
        return "gzip";
    }

    @Override
    public byte[] compress(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, plain.length / 2));
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** The length at its end may lie, and is not asked. */
    @Override
    public byte[] inflate(byte[] compressed, int bytesMax) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return Inflation.readBounded(in, bytesMax, encoding());
        } catch (IOException e) {
            throw Inflation.damaged(encoding(), e);
        }
    }
}
