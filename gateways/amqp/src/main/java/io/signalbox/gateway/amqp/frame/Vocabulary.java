package io.signalbox.gateway.amqp.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;

/**
 * What words the frames of clients may bring. The decoder of protonj2 keeps every short symbol and every descriptor that
 * it ever saw, in maps of the whole process: without a bound here a client fills the memory with words of its invention.
 * Words that are known, and the few that each connection may add, reach the decoder; of others it sees x's, so that no
 * client can take their words away from the next one. Nothing here depends on words that are not known. Thread safe.
 */
public final class Vocabulary {
    /** The decoder remembers no longer ones. */
    private static final int REMEMBERED_BYTES_MAX = 64;

    /** {@code apache.org} filters, as clients name them by number. */
    private static final long APACHE_FILTERS = 0x0000_468C_0000_0000L;

    private static final int APACHE_FILTERS_COUNT = 6;

    /** Filters that clients ask other servers for. An unknown filter is ignored, so it must be readable. */
    private static final Set<String> FILTERS = Set.of(
            "apache.org:selector-filter:string",
            "apache.org:no-local-filter:list",
            "apache.org:legacy-amqp-direct-binding:string",
            "apache.org:legacy-amqp-topic-binding:string",
            "apache.org:legacy-amqp-headers-binding:map",
            "apache.org:xquery-filter:string",
            "amqp:sql-filter",
            "amqp:properties-filter",
            "amqp:application-properties-filter",
            "rabbitmq:stream-offset-spec",
            "rabbitmq:stream-filter",
            "rabbitmq:stream-match-unfiltered",
            "com.microsoft:server-filter",
            "com.microsoft:session-filter",
            "signalbox:from",
            "signalbox:speed");

    private static final byte PLACEHOLDER = 'x';

    /** Of the process, as the decoder's memory is. */
    public static final Vocabulary SHARED = new Vocabulary(65_536, 64);

    private final int learnedMax;
    private final int learnedPerClientMax;
    private final Set<String> preset;
    private final Set<String> learned = ConcurrentHashMap.newKeySet();

    static {
        teachFilters();
    }

    /**
     * @param learnedMax words beside those that are always known
     * @param learnedPerClientMax of them, those that one connection may bring
     */
    Vocabulary(int learnedMax, int learnedPerClientMax) {
        this.learnedMax = learnedMax;
        this.learnedPerClientMax = learnedPerClientMax;
        this.preset = Stream.of(WellKnownSymbols.all(), FILTERS, CoreTypes.NAMES)
                .flatMap(Set::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** For one connection, on its loop. */
    public EncodedValues.Inspector forClient() {
        return new Client();
    }

    /** The decoder keeps what it learns in a plain map: all that it may ever learn is taught here, by one thread. */
    private static void teachFilters() {
        Decoder decoder = CodecFactory.getDecoder();
        for (String name : FILTERS) {
            teach(decoder, Symbol.valueOf(name));
        }
        for (int i = 0; i < APACHE_FILTERS_COUNT; i++) {
            teach(decoder, UnsignedLong.valueOf(APACHE_FILTERS + i));
        }
        for (long code : new long[] {0x120, 0x173, 0x174}) {
            teach(decoder, UnsignedLong.valueOf(code));
        }
    }

    private static void teach(Decoder decoder, Object descriptor) {
        ProtonBuffer buffer = ProtonBufferAllocator.defaultAllocator().allocate();
        buffer.writeByte((byte) EncodedValues.DESCRIBED);
        CodecFactory.getEncoder().writeObject(buffer, CodecFactory.getEncoder().newEncoderState(), descriptor);
        buffer.writeByte((byte) 0x40);
        decoder.readObject(buffer, decoder.newDecoderState());
    }

    private boolean knows(String symbol) {
        return preset.contains(symbol) || learned.contains(symbol);
    }

    private final class Client implements EncodedValues.Inspector {
        private int brought;

        @Override
        public void onSymbol(byte[] bytes, int from, int length) {
            if (length > REMEMBERED_BYTES_MAX) {
                return;
            }
            String symbol = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
            if (knows(symbol)) {
                return;
            }
            if (brought < learnedPerClientMax && learned.size() < learnedMax) {
                brought++;
                learned.add(symbol);
            } else {
                Arrays.fill(bytes, from, from + length, PLACEHOLDER);
            }
        }

        @Override
        public void onDescriptor(byte[] bytes, int from, int end) {
            int code = bytes[from] & 0xFF;
            boolean known = switch (code) {
                case 0x53 -> isKnown(bytes[from + 1] & 0xFF);
                case 0x80 -> isKnown(number(bytes, from + 1));
                case 0xA3 -> isKnown(text(bytes, from + 2, end));
                case 0xB3 -> isKnown(text(bytes, from + 5, end));
                default -> false;
            };
            if (!known) {
                throw new Violation(Condition.NOT_IMPLEMENTED, "a described type in a frame is not known here");
            }
        }
    }

    /** Performatives and what they hold (parts 2 to 4), and the filters. */
    private static boolean isKnown(long code) {
        return code >= 0x10 && code <= 0x18
                || code == 0x1D
                || code >= 0x23 && code <= 0x2E
                || code >= 0x30 && code <= 0x34
                || code == 0x120
                || code == 0x173
                || code == 0x174
                || code >= APACHE_FILTERS && code < APACHE_FILTERS + APACHE_FILTERS_COUNT;
    }

    private static boolean isKnown(String name) {
        return FILTERS.contains(name) || CoreTypes.NAMES.contains(name);
    }

    private static long number(byte[] bytes, int from) {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << 8 | bytes[from + i] & 0xFF;
        }
        return number;
    }

    private static String text(byte[] bytes, int from, int end) {
        return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }
}
