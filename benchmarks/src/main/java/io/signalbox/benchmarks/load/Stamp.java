package io.signalbox.benchmarks.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The start of every payload, little-endian:
 *
 * <pre>
 *  0  8 bytes  time of sending, or at which it was due; nanoseconds of System.nanoTime
 *  8  4 bytes  run (8 bits) and stream (24 bits)
 * 12  4 bytes  sequence within the stream
 * </pre>
 */
final class Stamp {
    static final int BYTES = 16;
    static final int STREAMS_MAX = 1 << 24;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Stamp() {}

    static void write(byte[] to, int at, long nanos, int run, int stream, int sequence) {
        LONG.set(to, at, nanos);
        INT.set(to, at + 8, run << 24 | stream);
        INT.set(to, at + 12, sequence);
    }

    static long nanos(byte[] from, int at) {
        return (long) LONG.get(from, at);
    }

    static int run(byte[] from, int at) {
        return (int) INT.get(from, at + 8) >>> 24;
    }

    static int stream(byte[] from, int at) {
        return (int) INT.get(from, at + 8) & STREAMS_MAX - 1;
    }

    static int sequence(byte[] from, int at) {
        return (int) INT.get(from, at + 12);
    }
}
