package io.signalbox.gateway.amqp.frame;

import org.jspecify.annotations.Nullable;

/** What must hold of a frame before the engine may see it. */
public final class Performatives {
    private static final int TYPE_AMQP = 0;
    private static final int DATA_OFFSET_MIN = 2;

    private Performatives() {}

    /**
     * @param frame whole, as it came
     * @return null: it holds none, and only says that the client is alive
     * @throws Violation its header or its performative is not well formed, or brings what may not be decoded
     */
    public static @Nullable Performative check(byte[] frame, EncodedValues.Inspector inspector) {
        int offset = bodyOffset(frame);
        if ((frame[5] & 0xFF) != TYPE_AMQP) {
            throw new Violation(
                    Condition.FRAMING_ERROR, "a frame of type " + (frame[5] & 0xFF) + " where AMQP frames belong");
        }
        if (offset == frame.length) {
            return null;
        }
        if (frame[offset] != EncodedValues.DESCRIBED) {
            throw Violation.malformed("a frame does not begin with a performative");
        }
        int end = EncodedValues.check(frame, offset, frame.length, inspector);
        int list = EncodedValues.check(frame, offset + 1, end, EncodedValues.Inspector.NONE);
        int code = switch (frame[offset + 1] & 0xFF) {
            case 0x53, 0x80 -> frame[list - 1] & 0xFF;
            default -> CoreTypes.codeOf(frame, offset + 1, list);
        };
        return new Performative(frame, code, list, end);
    }

    /** @throws Violation the data offset (2.3.1) lies outside of the frame */
    public static int bodyOffset(byte[] frame) {
        int words = frame[4] & 0xFF;
        if (words < DATA_OFFSET_MIN || words * 4 > frame.length) {
            throw new Violation(
                    Condition.FRAMING_ERROR,
                    "a frame of " + frame.length + " bytes says its body begins at word " + words);
        }
        return words * 4;
    }
}
