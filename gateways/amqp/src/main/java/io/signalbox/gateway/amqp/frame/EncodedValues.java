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

    private EncodedValues() {}

    /**
     * @param from its constructor
     * @param end nothing of it may lie there or beyond
     * @return where the value ends
     * @throws Violation it is not well formed
     */
    public static int check(byte[] bytes, int from, int end, Inspector inspector) {
        return value(bytes, inspector, from, end, 0);
    }

    private static int value(byte[] bytes, Inspector inspector, int from, int end, int depth) {
        if (depth > DEPTH_MAX) {
            throw Violation.malformed("values are nested deeper than " + DEPTH_MAX);
        }
        need(from, end, 1);
        int code = bytes[from] & 0xFF;
        if (code != DESCRIBED) {
            return data(bytes, inspector, code, from + 1, end, depth);
        }
        int descriptorEnd = value(bytes, inspector, from + 1, end, depth + 1);
        inspector.onDescriptor(bytes, from + 1, descriptorEnd);
        return value(bytes, inspector, descriptorEnd, end, depth + 1);
    }

    /** @return where it ends */
    private static int data(byte[] bytes, Inspector inspector, int code, int from, int end, int depth) {
        return switch (code >>> 4) {
            case 0x4 -> from;
            case 0x5 -> need(from, end, 1);
            case 0x6 -> need(from, end, 2);
            case 0x7 -> need(from, end, 4);
            case 0x8 -> need(from, end, 8);
            case 0x9 -> need(from, end, 16);
            case 0xA -> variable(bytes, inspector, code, need(from, end, 1), bytes[from] & 0xFF, end);
            case 0xB -> variable(bytes, inspector, code, need(from, end, 4), length(bytes, from), end);
            case 0xC -> compound(bytes, inspector, need(from, end, 1), bytes[from] & 0xFF, 1, end, depth);
            case 0xD -> compound(bytes, inspector, need(from, end, 4), length(bytes, from), 4, end, depth);
            case 0xE -> array(bytes, inspector, need(from, end, 1), bytes[from] & 0xFF, 1, end, depth);
            case 0xF -> array(bytes, inspector, need(from, end, 4), length(bytes, from), 4, end, depth);
            default -> throw Violation.malformed("no value begins with 0x" + Integer.toHexString(code));
        };
    }

    private static int variable(byte[] bytes, Inspector inspector, int code, int from, int length, int end) {
        int next = need(from, end, length);
        if (code == SYMBOL_8 || code == SYMBOL_32) {
            inspector.onSymbol(bytes, from, length);
        }
        return next;
    }

    private static int compound(byte[] bytes, Inspector inspector, int from, int size, int width, int end, int depth) {
        int next = need(from, end, size);
        int at = need(from, next, width);
        int count = count(bytes, from, width, next - at);
        for (int i = 0; i < count; i++) {
            at = value(bytes, inspector, at, next, depth + 1);
        }
        return complete(at, next);
    }

    /** Elements of an array share one constructor; those that take no byte must not be more than the array has. */
    private static int array(byte[] bytes, Inspector inspector, int from, int size, int width, int end, int depth) {
        int next = need(from, end, size);
        int at = need(from, next, width);
        int count = count(bytes, from, width, next - from);
        need(at, next, 1);
        if ((bytes[at] & 0xFF) == DESCRIBED) {
            int descriptorEnd = value(bytes, inspector, at + 1, next, depth + 1);
            inspector.onDescriptor(bytes, at + 1, descriptorEnd);
            at = need(descriptorEnd, next, 1) - 1;
        }
        int code = bytes[at++] & 0xFF;
        if (depth >= DEPTH_MAX) {
            throw Violation.malformed("values are nested deeper than " + DEPTH_MAX);
        }
        for (int i = 0; i < count; i++) {
            at = data(bytes, inspector, code, at, next, depth + 1);
        }
        return complete(at, next);
    }

    private static int complete(int at, int next) {
        if (at != next) {
            throw Violation.malformed("a value ends " + (next - at) + " bytes before the size it announced");
        }
        return next;
    }

    private static int count(byte[] bytes, int from, int width, int most) {
        int count = width == 1 ? bytes[from] & 0xFF : length(bytes, from);
        if (count > most) {
            throw Violation.malformed("a value announces " + count + " elements and has " + most + " bytes for them");
        }
        return count;
    }

    private static int length(byte[] bytes, int at) {
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
