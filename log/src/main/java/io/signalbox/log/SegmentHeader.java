package io.signalbox.log;

import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The first 64 bytes of a segment file. */
record SegmentHeader(long base, int capacity, long epoch, long createdMillis, boolean recycled) {

    /** Null if the bytes are no intact header. */
    static @Nullable SegmentHeader read(StoredFile file) throws IOException {
        byte[] bytes = new byte[Layout.SEGMENT_HEADER];
        if (file.read(ByteBuffer.wrap(bytes), 0) < bytes.length
                || Layout.getLong(bytes, 0) != Layout.SEGMENT_MAGIC
                || Layout.getInt(bytes, Layout.SEGMENT_CRC_AT) != Layout.crc(bytes, 0, Layout.SEGMENT_CRC_AT)
                || Layout.getInt(bytes, Layout.SEGMENT_VERSION_AT) != Layout.VERSION) {
            return null;
        }
        long capacity = Layout.getLong(bytes, Layout.SEGMENT_CAPACITY_AT);
        if (capacity < Layout.SEGMENT_HEADER || capacity > Integer.MAX_VALUE) {
            return null;
        }
        return new SegmentHeader(
                Layout.getLong(bytes, Layout.SEGMENT_BASE_AT),
                (int) capacity,
                Layout.getLong(bytes, Layout.SEGMENT_EPOCH_AT),
                Layout.getLong(bytes, Layout.SEGMENT_CREATED_AT),
                (Layout.getInt(bytes, Layout.SEGMENT_FLAGS_AT) & Layout.SEGMENT_RECYCLED) != 0);
    }

    /** Writes the header into a buffer at this index, and leaves the buffer's position and limit changed. */
    void put(ByteBuffer buffer, int at) {
        buffer.clear();
        buffer.putLong(at, Layout.SEGMENT_MAGIC);
        buffer.putInt(at + Layout.SEGMENT_VERSION_AT, Layout.VERSION);
        buffer.putInt(at + Layout.SEGMENT_FLAGS_AT, recycled ? Layout.SEGMENT_RECYCLED : 0);
        buffer.putLong(at + Layout.SEGMENT_BASE_AT, base);
        buffer.putLong(at + Layout.SEGMENT_CAPACITY_AT, capacity);
        buffer.putLong(at + Layout.SEGMENT_EPOCH_AT, epoch);
        buffer.putLong(at + Layout.SEGMENT_CREATED_AT, createdMillis);
        buffer.putLong(at + 48, 0);
        buffer.putInt(at + 56, 0);
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(at, Layout.SEGMENT_CRC_AT));
        buffer.putInt(at + Layout.SEGMENT_CRC_AT, (int) crc.getValue());
    }
}
