package io.signalbox.log;

import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a segment file batch by batch and believes nothing: every batch is checked in full before it is shown.
 * Where a batch does not hold, the next one that does is searched for byte by byte. For one thread; reads in growing
 * chunks, so that a short walk costs little.
 */
final class SegmentWalker {
    /** Receives what a walk finds, in order. */
    interface Sink {
        /**
         * A whole batch.
         *
         * @param at the batch's index in {@code bytes}, valid during the call
         * @param offset of the batch in the file
         * @return false to end the walk after this batch
         */
        boolean onBatch(byte[] bytes, int at, int length, int offset);

        /** No batch in this range of offsets, and a whole one after it. */
        void onGap(int fromOffset, int toOffset, String reason);
    }

    private static final int CHUNK_MIN = 32 * 1024;
    private static final int CHUNK_MAX = 512 * 1024;

    private final StoredFile file;
    private final long base;
    private final long epoch;
    private byte[] buffer = new byte[0];
    private int chunk = CHUNK_MIN;
    private int bufferOffset;
    private int bufferLength;
    private int limit;
    private long bytesRead;
    private @Nullable String tailReason;
    private boolean stopped;

    SegmentWalker(StoredFile file, long base, long epoch) {
        this.file = file;
        this.base = base;
        this.epoch = epoch;
    }

    /**
     * Walks from the start of a batch.
     *
     * @param limitOffset where the file's content ends at the latest
     * @return the offset after the last whole batch
     */
    int walk(int from, int limitOffset, Sink sink) throws IOException {
        limit = limitOffset;
        stopped = false;
        tailReason = null;
        int offset = from;
        while (limit - offset >= Layout.BATCH_HEADER + Layout.RECORD_HEADER) {
            String reason = check(offset);
            if (reason == null) {
                int at = offset - bufferOffset;
                int length = Layout.getInt(buffer, at + Layout.BATCH_LENGTH_AT);
                boolean goOn = sink.onBatch(buffer, at, length, offset);
                offset += length;
                if (!goOn) {
                    stopped = true;
                    return offset;
                }
                continue;
            }
            int next = find(offset + 1);
            if (next < 0) {
                tailReason = reason;
                return offset;
            }
            sink.onGap(offset, next, reason);
            offset = next;
        }
        return offset;
    }

    /** Whether the sink ended the last walk. */
    boolean stopped() {
        return stopped;
    }

    /** Why the last walk ended before the limit, if something that is no batch stood there. */
    @Nullable
    String tailReason() {
        return tailReason;
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Null if a whole batch begins here and is in the buffer; else why not. */
    private @Nullable String check(int offset) throws IOException {
        if (!fill(offset, Layout.BATCH_HEADER)) {
            return "the file ends inside a batch header";
        }
        int at = offset - bufferOffset;
        if (Layout.getInt(buffer, at) != Layout.BATCH_MAGIC) {
            return "no batch begins here";
        }
        if (Layout.getLong(buffer, at + Layout.BATCH_EPOCH_AT) != epoch) {
            return "the batch is of another epoch";
        }
        if (Layout.getLong(buffer, at + Layout.BATCH_POSITION_AT) != base + offset) {
            return "the batch belongs to another position";
        }
        int length = Layout.getInt(buffer, at + Layout.BATCH_LENGTH_AT);
        if (length < Layout.BATCH_HEADER + Layout.RECORD_HEADER || length > limit - offset) {
            return "the batch's length " + length + " is outside of the segment";
        }
        if (!fill(offset, length)) {
            return "the file ends inside a batch of " + length + " bytes";
        }
        at = offset - bufferOffset;
        if (Layout.crc(buffer, at + Layout.CRC_FROM, at + length) != Layout.getInt(buffer, at + Layout.BATCH_CRC_AT)) {
            return "the batch's checksum does not match";
        }
        return structured(at, length) ? null : "the batch's records do not fill it";
    }

    private boolean structured(int at, int length) {
        int end = at + length;
        int record = at + Layout.BATCH_HEADER;
        int count = 0;
        while (record < end) {
            if (!Layout.recordFits(buffer, record, end)) {
                return false;
            }
            record += Layout.getInt(buffer, record);
            count++;
        }
        return count == Layout.getInt(buffer, at + Layout.BATCH_COUNT_AT);
    }

    /** The offset of the next whole batch at or after this one, or -1. */
    private int find(int from) throws IOException {
        byte first = (byte) (Layout.BATCH_MAGIC >>> 24);
        for (int offset = from; limit - offset >= Layout.BATCH_HEADER + Layout.RECORD_HEADER; offset++) {
            if (!fill(offset, Layout.BATCH_HEADER)) {
                return -1;
            }
            int at = offset - bufferOffset;
            int last = bufferLength - Layout.BATCH_HEADER;
            while (at < last && buffer[at] != first) {
                at++;
            }
            offset = bufferOffset + at;
            if (buffer[at] == first && check(offset) == null) {
                return offset;
            }
        }
        return -1;
    }

    /** Brings [offset, offset + count) into the buffer; false if the file or the limit ends before. */
    private boolean fill(int offset, int count) throws IOException {
        if (count > limit - offset) {
            return false;
        }
        if (offset >= bufferOffset && offset + count <= bufferOffset + bufferLength) {
            return true;
        }
        int kept = 0;
        int wanted = Math.max(count, chunk);
        byte[] target = buffer.length >= wanted ? buffer : new byte[wanted];
        if (offset >= bufferOffset && offset < bufferOffset + bufferLength) {
            kept = bufferOffset + bufferLength - offset;
            System.arraycopy(buffer, offset - bufferOffset, target, 0, kept);
        }
        buffer = target;
        chunk = Math.min(CHUNK_MAX, chunk * 2);
        int room = Math.min(buffer.length, limit - offset) - kept;
        int read = file.read(ByteBuffer.wrap(buffer, kept, room), (long) offset + kept);
        bytesRead += read;
        bufferOffset = offset;
        bufferLength = kept + read;
        return bufferLength >= count;
    }

    /** The offset after the last byte of the range that is not zero; {@code from} if all are. */
    static int endOfContent(StoredFile file, int from, int to) throws IOException {
        byte[] bytes = new byte[64 * 1024];
        int end = to;
        while (end > from) {
            int start = Math.max(from, end - bytes.length);
            int count = file.read(ByteBuffer.wrap(bytes, 0, end - start), start);
            int i = count;
            while (i >= Long.BYTES && Layout.getLong(bytes, i - Long.BYTES) == 0) {
                i -= Long.BYTES;
            }
            while (i > 0 && bytes[i - 1] == 0) {
                i--;
            }
            if (i > 0) {
                return start + i;
            }
            end = start;
        }
        return from;
    }

    static byte[] readRange(StoredFile file, int from, int to) throws IOException {
        if (to <= from) {
            return new byte[0];
        }
        byte[] bytes = new byte[to - from];
        int read = file.read(ByteBuffer.wrap(bytes), from);
        return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
    }
}
