package io.signalbox.codecs.compress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;

/** The LZ4 frame format 1.6, by lz4-java: fastest, with content size and checksum, as the {@code lz4} tool reads it. */
final class Lz4 implements Algorithm {
    @Override
    public String encoding() {
        return "lz4";
    }

    @Override
    public byte[] compress(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, plain.length / 2));
        try (LZ4FrameOutputStream lz4 = new LZ4FrameOutputStream(
                out,
                BLOCKSIZE.SIZE_64KB,
                plain.length,
                FLG.Bits.BLOCK_INDEPENDENCE,
                FLG.Bits.CONTENT_SIZE,
                FLG.Bits.CONTENT_CHECKSUM)) {
            lz4.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** A frame's header may ask for blocks of up to 4 MiB; that is all that is allocated on its word. */
    @Override
    public byte[] inflate(byte[] compressed, int bytesMax) {
        try (LZ4FrameInputStream in = new LZ4FrameInputStream(new ByteArrayInputStream(compressed), true)) {
            long announced = in.isExpectedContentSizeDefined() ? in.getExpectedContentSize() : 0;
            if (announced > bytesMax || announced < 0) {
                throw Inflation.tooLarge(encoding(), "an announced", announced, bytesMax);
            }
            return Inflation.readBounded(in, bytesMax, encoding());
        } catch (IOException | LZ4Exception e) {
            throw Inflation.damaged(encoding(), e);
        }
    }
}
