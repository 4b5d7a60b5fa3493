package io.signalbox.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment file, big-endian. A position is a segment's base plus an offset in its file; the base is also
 * the file's name, as 16 hexadecimal digits and {@code .segment}.
 *
 * <pre>
 * Segment: one header, then batches without space between them, then zeros (or a recycled file's stale bytes).
 *
 *  0        8        16       24       32       40       48       56   60   64
 *  +--------+--------+--------+--------+--------+--------+--------+----+----+
 *  |magic   |version,| base   |capacity| epoch  |created |    0   | 0  |crc |
 *  |        |flags   |        |        |        |millis  |        |    |    |
 *  +--------+--------+--------+--------+--------+--------+--------+----+----+
 *  epoch: random, drawn anew each time a file becomes a segment; flags bit 0: the file was recycled;
 *  crc: CRC32C of bytes 0 to 59
 *
 * Batch: what one commit wrote into one segment.
 *
 *  0    4    8    12   16       24       32       40   44   48
 *  +----+----+----+----+--------+--------+--------+----+----+---------
 *  |mag.|crc |len.|cnt.|position| epoch  | synced |flag| 0  | records ...
 *  +----+----+----+----+--------+--------+--------+----+----+---------
 *  len: bytes of the whole batch; crc: CRC32C of bytes 8 to len; position: of the batch itself;
 *  synced: the log's synced position when this was written; flags bit 0: the commit goes on in the next segment
 *
 * Record:
 *
 *  0    4    8    12   16       24       32       40
 *  +----+----+----+----+--------+--------+--------+---------
 *  |len.|crc |ep. |type| key    |sequence| time   | payload ...
 *  +----+----+----+----+--------+--------+--------+---------
 *  len: bytes of the whole record; crc: CRC32C of bytes 8 to len; ep.: low half of the epoch;
 *  type: one byte, then three zeros; time: milliseconds
 * </pre>
 *
 * <p>Epoch and position in every batch make a recycled file's old bytes, and bytes that a payload contains, no batch:
 * nobody outside knows the epoch. Each record has its own checksum so that a single read verifies itself.
 */
final class Layout {
    static final int VERSION = 1;
    static final long SEGMENT_MAGIC = 0x5369676e616c426fL;
    static final int BATCH_MAGIC = 0x53424231;

    static final int SEGMENT_HEADER = 64;
    static final int SEGMENT_VERSION_AT = 8;
    static final int SEGMENT_FLAGS_AT = 12;
    static final int SEGMENT_BASE_AT = 16;
    static final int SEGMENT_CAPACITY_AT = 24;
    static final int SEGMENT_EPOCH_AT = 32;
    static final int SEGMENT_CREATED_AT = 40;
    static final int SEGMENT_CRC_AT = 60;
    static final int SEGMENT_RECYCLED = 1;

    static final int BATCH_HEADER = 48;
    static final int BATCH_CRC_AT = 4;
    static final int BATCH_LENGTH_AT = 8;
    static final int BATCH_COUNT_AT = 12;
    static final int BATCH_POSITION_AT = 16;
    static final int BATCH_EPOCH_AT = 24;
    static final int BATCH_SYNCED_AT = 32;
    static final int BATCH_FLAGS_AT = 40;
    static final int BATCH_CONTINUES = 1;

    static final int RECORD_HEADER = 40;
    static final int RECORD_CRC_AT = 4;
    static final int RECORD_EPOCH_AT = 8;
    static final int RECORD_TYPE_AT = 12;
    static final int RECORD_KEY_AT = 16;
    static final int RECORD_SEQUENCE_AT = 24;
    static final int RECORD_TIME_AT = 32;

    /** Checksums begin here, in batches and records alike. */
    static final int CRC_FROM = 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Layout() {}

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /** Whether the record at this index of a batch whose own checksum holds stays within the batch. */
    static boolean recordFits(byte[] bytes, int at, int end) {
        if (end - at < RECORD_HEADER) {
            return false;
        }
        int length = getInt(bytes, at);
        return length >= RECORD_HEADER && length <= end - at;
    }
}
