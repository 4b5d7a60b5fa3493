package io.signalbox.transports.redis;

/**
 * A stream's id, {@code milliseconds-number}, and the sequence that it is to the rest of the house: 43 bits of time and
 * 20 of the number, which keeps their order. A million messages of one millisecond have ids of their own.
 */
record StreamId(long millis, long number) {
    private static final int NUMBER_BITS = 20;
    private static final long NUMBER_MAX = (1L << NUMBER_BITS) - 1;

    /** @throws IllegalArgumentException for another text */
    static StreamId of(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("'" + text + "' is no id of a stream");
        }
        return new StreamId(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    static StreamId ofSequence(long sequence) {
        return sequence <= 0 ? new StreamId(0, 0) : new StreamId(sequence >>> NUMBER_BITS, sequence & NUMBER_MAX);
    }

    long sequence() {
        return millis << NUMBER_BITS | Math.min(number, NUMBER_MAX);
    }

    @Override
    public String toString() {
        return millis + "-" + number;
    }
}
