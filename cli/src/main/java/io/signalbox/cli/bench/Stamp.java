package io.signalbox.cli.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The first bytes of a payload: who sent it as which, and when. The clock is this process's own. */
final class Stamp {
    /** Nanoseconds 8, sequence 8, publisher 4. */
    static final int BYTES = 20;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Stamp() {}

    static byte[] payload(int bytes, int publisher, long sequence, long nanos) {
        byte[] payload = new byte[bytes];
        LONG.set(payload, 0, nanos);
        LONG.set(payload, 8, sequence);
        INT.set(payload, 16, publisher);
        return payload;
    }

    static long nanos(byte[] payload) {
        return (long) LONG.get(payload, 0);
    }

    static long sequence(byte[] payload) {
        return (long) LONG.get(payload, 8);
    }

    static int publisher(byte[] payload) {
        return (int) INT.get(payload, 16);
    }
}
