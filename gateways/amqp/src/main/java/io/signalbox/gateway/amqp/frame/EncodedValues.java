package io.signalbox.gateway.amqp.frame;

/**
 * Walks over encoded values (AMQP 1.0, part 1) without making anything of them, so that what is decoded later is known
 * to nest no deeper than {@value #DEPTH_MAX}, to stay within its bounds, and to count no elements that are not there: a
 * list that says it holds two thousand million costs nothing.
 */
public final class EncodedValues {
    /** Nothing in the protocol itself nests deeper than six. */
    public static final int DEPTH_MAX = 32;

    static final int DESCRIBED = 0x00;
    private static final int SYMBOL_8 = 0xA3;
    private static final int SYMBOL_32 = 0xB3;

    /** Looks at what whoever decodes the value would remember for ever, and may write over it. */
    public interface Inspector {
        /** For values that nobody decodes. */
        Inspector NONE = new Inspector() {
            @Override
            public void onSymbol(byte[] bytes, int from, int length) {}

            @Override
            public void onDescriptor(byte[] bytes, int from, int end) {}
        };

        /** @throws Violation it may not be decoded */
        void onSymbol(byte[] bytes, int from, int length);

        /**
         * @param from the encoded descriptor, with its own constructor
         * @throws Violation it may not be decoded
         */
        void onDescriptor(byte[] bytes, int from, int end);
    }

    private final byte[] bytes;
    private final Inspector inspector;

    private EncodedValues(byte[] bytes, Inspector inspector) {
        this.bytes = bytes;
        this.inspector = inspector;
    }

    /**
     * @param from its constructor
     * @param end nothing of it may lie there or beyond
     * @return where the value ends
     * @throws Violation it is not well formed
     */
    public static int check(byte[] bytes, int from, int end, Inspector inspector) {
        return new EncodedValues(bytes, inspector).value(from, end, 0);
    }

    private int value(int from, int end, int depth) {
        if (depth > DEPTH_MAX) {
            throw Violation.malformed("values are nested deeper than " + DEPTH_MAX);
        }
        need(from, end, 1);
        int code = bytes[from] & 0xFF;
        if (code != DESCRIBED) {
            return data(code, from + 1, end, depth);
        }
        int descriptorEnd = value(from + 1, end, depth + 1);
        inspector.onDescriptor(bytes, from + 1, descriptorEnd);
        return value(descriptorEnd, end, depth + 1);
    }

    /** @return where it ends */
    private int data(int code, int from, int end, int depth) {
        return switch (code >>> 4) {
            case 0x4 -> from;
            case 0x5 -> need(from, end, 1);
            case 0x6 -> need(from, end, 2);
            case 0x7 -> need(from, end, 4);
            case 0x8 -> need(from, end, 8);
            case 0x9 -> need(from, end, 16);
            case 0xA -> variable(code, need(from, end, 1), bytes[from] & 0xFF, end);
            case 0xB -> variable(code, need(from, end, 4), length(from), end);
            case 0xC -> compound(need(from, end, 1), bytes[from] & 0xFF, 1, end, depth);
            case 0xD -> compound(need(from, end, 4), length(from), 4, end, depth);
            case 0xE -> array(need(from, end, 1), bytes[from] & 0xFF, 1, end, depth);
            case 0xF -> array(need(from, end, 4), length(from), 4, end, depth);
            default -> throw Violation.malformed("no value begins with 0x" + Integer.toHexString(code));
        };
    }

    private int variable(int code, int from, int length, int end) {
        int next = need(from, end, length);
        if (code == SYMBOL_8 || code == SYMBOL_32) {
            inspector.onSymbol(bytes, from, length);
        }
        return next;
    }

    private int compound(int from, int size, int width, int end, int depth) {
        int next = need(from, end, size);
        int at = need(from, next, width);
        int count = count(from, width, next - at);
        for (int i = 0; i < count; i++) {
            at = value(at, next, depth + 1);
        }
        return complete(at, next);
    }

    /** Elements of an array share one constructor; those that take no byte must not be more than the array has. */
    private int array(int from, int size, int width, int end, int depth) {
        int next = need(from, end, size);
        int at = need(from, next, width);
        int count = count(from, width, next - from);
        need(at, next, 1);
        if ((bytes[at] & 0xFF) == DESCRIBED) {
            int descriptorEnd = value(at + 1, next, depth + 1);
            inspector.onDescriptor(bytes, at + 1, descriptorEnd);
            at = need(descriptorEnd, next, 1) - 1;
        }
        int code = bytes[at++] & 0xFF;
        if (depth >= DEPTH_MAX) {
            throw Violation.malformed("values are nested deeper than " + DEPTH_MAX);
        }
        for (int i = 0; i < count; i++) {
            at = data(code, at, next, depth + 1);
        }
        return complete(at, next);
    }

    private static int complete(int at, int next) {
        if (at != next) {
            throw Violation.malformed("a value ends " + (next - at) + " bytes before the size it announced");
        }
        return next;
    }

    private int count(int from, int width, int most) {
        int count = width == 1 ? bytes[from] & 0xFF : length(from);
        if (count > most) {
            throw Violation.malformed("a value announces " + count + " elements and has " + most + " bytes for them");
        }
        return count;
    }

    private int length(int at) {
        int length = (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
        if (length < 0) {
            throw Violation.malformed("a value announces more than 2 GiB");
        }
        return length;
    }

    /** @return the place behind so many bytes */
    private static int need(int from, int end, int count) {
        if (count > end - from) {
            throw Violation.malformed("a value needs " + count + " bytes and has " + (end - from));
        }
        return from + count;
    }
}
