package io.signalbox.gateway.amqp.frame;

/** What must hold of a frame before the engine may see it. */
public final class Performatives {
    private static final int TYPE_AMQP = 0;
    private static final int DATA_OFFSET_MIN = 2;

    private Performatives() {}

    /**
     * @param frame whole, as it came
     * @throws Violation its header or its performative is not well formed, or brings words that may not be learned
     */
    public static void check(byte[] frame, EncodedValues.Inspector inspector) {
        int offset = bodyOffset(frame);
        if ((frame[5] & 0xFF) != TYPE_AMQP) {
            throw new Violation(
                    Condition.FRAMING_ERROR, "a frame of type " + (frame[5] & 0xFF) + " where AMQP frames belong");
        }
        if (offset < frame.length) {
            if (frame[offset] != EncodedValues.DESCRIBED) {
                throw Violation.malformed("a frame does not begin with a performative");
            }
            EncodedValues.check(frame, offset, frame.length, inspector);
        }
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
