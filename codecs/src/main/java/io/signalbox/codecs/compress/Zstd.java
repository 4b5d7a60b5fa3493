package io.signalbox.codecs.compress;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** RFC 8878, by zstd-jni. The frame's header names the size, and is asked before anything is allocated. */
final class Zstd implements Algorithm {
    /** Memory that a stream without a size may ask for as its window: 8 MiB, what RFC 8878 tells decoders to allow. */
    private static final int WINDOW_LOG_MAX = 23;

    private static final int CONTEXTS_MAX = 64;

    /** Making a context costs more than compressing 4 KiB with it; threads may be virtual, so they are shared. */
    private final Pool<ZstdCompressCtx> compressors;

    private final Pool<ZstdDecompressCtx> inflaters = new Pool<>(ZstdDecompressCtx::new);

    /** @param level 1 to 22 */
    Zstd(int level) {
        compressors = new Pool<>(() -> new ZstdCompressCtx().setLevel(level).setChecksum(true));
    }

    @Override
    public String encoding() {
        return "zstd";
    }

    @Override
    public byte[] compress(byte[] plain) {
        ZstdCompressCtx context = compressors.take();
        try {
            return context.compress(plain);
        } finally {
            compressors.give(context);
        }
    }

    @Override
    public byte[] inflate(byte[] compressed, int bytesMax) {
        if (compressed.length == 0) {
            throw Inflation.damaged(encoding(), new EOFException("there are no bytes"));
        }
        long size = com.github.luben.zstd.Zstd.getFrameContentSize(compressed);
        if (size > bytesMax) {
            throw Inflation.tooLarge(encoding(), "an announced", size, bytesMax);
        }
        // 0 and -1 are "not said" and "empty"; the stream tells them apart, within the bound.
        return size > 0 ? whole(compressed, (int) size) : streamed(compressed, bytesMax);
    }

    private byte[] whole(byte[] compressed, int size) {
        ZstdDecompressCtx context = inflaters.take();
        try {
            return context.decompress(compressed, size);
        } catch (ZstdException e) {
            throw Inflation.damaged(encoding(), e);
        } finally {
            inflaters.give(context);
        }
    }

    private byte[] streamed(byte[] compressed, int bytesMax) {
        try (ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(compressed))) {
            in.setLongMax(WINDOW_LOG_MAX);
            return Inflation.readBounded(in, bytesMax, encoding());
        } catch (IOException | ZstdException e) {
            throw Inflation.damaged(encoding(), e);
        }
    }

    /** Keeps a few of them; what is too many is closed, by the garbage collector at the latest. */
    private static final class Pool<T extends AutoCloseable> {
        private final ArrayBlockingQueue<T> idle = new ArrayBlockingQueue<>(CONTEXTS_MAX);
        private final Supplier<T> maker;

        Pool(Supplier<T> maker) {
            this.maker = maker;
        }

        T take() {
            @Nullable T pooled = idle.poll();
            return pooled == null ? maker.get() : pooled;
        }

        void give(T context) {
            if (!idle.offer(context)) {
                try {
                    context.close();
                } catch (Exception e) {
                    throw new IllegalStateException("a context of zstd cannot be closed", e);
                }
            }
        }
    }
}
