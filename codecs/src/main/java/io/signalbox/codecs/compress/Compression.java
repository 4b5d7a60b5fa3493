package io.signalbox.codecs.compress;

import io.signalbox.codec.PayloadLayer;
import io.signalbox.message.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compresses payloads from a size on, if that saves enough. Reads all three encodings, whichever it writes; a library is
 * loaded when its encoding is met first. What an encoding before it has made of the payload is left as it is:
 * compressed or encrypted bytes do not get smaller.
 */
public final class Compression implements PayloadLayer {
    public static final int THRESHOLD_BYTES_DEFAULT = 1 << 10;
    public static final int INFLATED_BYTES_MAX_DEFAULT = 16 << 20;
    private static final int ZSTD_LEVEL = 3;

    private final Algorithm writes;
    private final Map<String, Supplier<Algorithm>> reads;
    private final int thresholdBytes;
    private final double ratioMax;
    private final int inflatedBytesMax;

    private Compression(Algorithm writes, int thresholdBytes, double ratioMax, int inflatedBytesMax) {
        this.writes = writes;
        this.thresholdBytes = thresholdBytes;
        this.ratioMax = ratioMax;
        this.inflatedBytesMax = inflatedBytesMax;
        Map<String, Supplier<Algorithm>> known = new HashMap<>();
        known.put("zstd", new Lazy(() -> new Zstd(ZSTD_LEVEL)));
        // No method references: to make one loads the class, and that its library.
        known.put("lz4", new Lazy(() -> new Lz4()));
        known.put("gzip", new Lazy(() -> new Gzip()));
        known.put(writes.encoding(), () -> writes);
        reads = Map.copyOf(known);
    }

    /** Needs {@code com.github.luben:zstd-jni}. */
    public static Compression zstd() {
        return of(new Zstd(ZSTD_LEVEL));
    }

    /** Needs {@code at.yawk.lz4:lz4-java}. */
    public static Compression lz4() {
        return of(new Lz4());
    }

    public static Compression gzip() {
        return of(new Gzip());
    }

    private static Compression of(Algorithm writes) {
        return new Compression(writes, THRESHOLD_BYTES_DEFAULT, 0.9, INFLATED_BYTES_MAX_DEFAULT);
    }

    /** @param bytes smaller payloads are left as they are; 0: none are */
    public Compression withThreshold(int bytes) {
        return new Compression(writes, bytes, ratioMax, inflatedBytesMax);
    }

    /** @param ratio compressed to plain; what stays above it is sent plain. 0.9 unless set */
    public Compression withRatioMax(double ratio) {
        return new Compression(writes, thresholdBytes, ratio, inflatedBytesMax);
    }

    /** @param bytes a payload that would inflate to more is refused, before that is allocated; 16 MiB unless set */
    public Compression withInflatedMax(int bytes) {
        return new Compression(writes, thresholdBytes, ratioMax, bytes);
    }

    @Override
    public Set<String> encodings() {
        return reads.keySet();
    }

    /** Null too for what a receiver with the same bound would refuse. */
    @Override
    public @Nullable Wrapped wrap(Message message) {
        byte[] plain = message.payload();
        if (plain.length < thresholdBytes || plain.length > inflatedBytesMax || isDense(message)) {
            return null;
        }
        byte[] compressed = writes.compress(plain);
        return compressed.length > plain.length * ratioMax
                ? null
                : new Wrapped(message.toBuilder().payload(compressed).build(), writes.encoding());
    }

    private boolean isDense(Message message) {
        String before = message.properties().contentEncoding();
        return before != null && !before.equals("signed") && !before.isEmpty();
    }

    @Override
    public Message unwrap(Message message, String encoding) {
        Algorithm algorithm =
                Objects.requireNonNull(reads.get(encoding), encoding).get();
        return message.toBuilder()
                .payload(algorithm.inflate(message.payload(), inflatedBytesMax))
                .build();
    }

    /** An algorithm that is made when it is needed. */
    private static final class Lazy implements Supplier<Algorithm> {
        private final Supplier<Algorithm> maker;
        private @Nullable Algorithm made;

        Lazy(Supplier<Algorithm> maker) {
            this.maker = maker;
        }

        @Override
        public synchronized Algorithm get() {
            Algorithm algorithm = made == null ? maker.get() : made;
            made = algorithm;
            return algorithm;
        }
    }
}
