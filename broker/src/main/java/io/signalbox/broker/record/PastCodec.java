package io.signalbox.broker.record;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;

/** {@code spec, start kind 1 byte, its number v, speed v (bits of the double), boundary v, done sequence v}. */
public final class PastCodec {
    private PastCodec() {}

    /**
     * A past that is on its way to a subscriber.
     *
     * @param spec with the start and speed that were asked for
     * @param boundary log position where it ends, exclusive
     * @param doneSequence what has this sequence or a lower one is settled
     */
    public record Running(FilterSpec spec, long boundary, long doneSequence) {
        public Running doneTo(long sequence) {
            return new Running(spec, boundary, Math.max(doneSequence, sequence));
        }
    }

    public static void write(RecordWriter out, Running past) {
        SpecCodec.write(out, past.spec);
        switch (past.spec.start()) {
            case StartPosition.New n -> out.octet(0).varint(0);
            case StartPosition.All a -> out.octet(1).varint(0);
            case StartPosition.Last(int count) -> out.octet(2).varint(count);
            case StartPosition.LastPerTopic l -> out.octet(3).varint(0);
            case StartPosition.Sequence(long sequence) -> out.octet(4).varint(sequence);
            case StartPosition.Time(long millis) -> out.octet(5).varint(millis);
        }
        out.varint(Double.doubleToLongBits(past.spec.replaySpeed()));
        out.varint(past.boundary).varint(past.doneSequence);
    }

    public static Running read(RecordReader in) {
        FilterSpec spec = SpecCodec.read(in);
        int kind = in.octet();
        long number = in.varint();
        StartPosition start = switch (kind) {
            case 0 -> StartPosition.NEW;
            case 1 -> StartPosition.ALL;
            case 2 -> new StartPosition.Last((int) number);
            case 3 -> StartPosition.LAST_PER_TOPIC;
            case 4 -> new StartPosition.Sequence(number);
            case 5 -> new StartPosition.Time(number);
            default -> throw new IllegalStateException("start position of unknown kind " + kind);
        };
        double speed = Double.longBitsToDouble(in.varint());
        return new Running(spec.withStart(start, speed), in.varint(), in.varint());
    }
}
