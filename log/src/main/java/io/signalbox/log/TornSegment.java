package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What can be told from the bytes of a segment that is not whole. */
final class TornSegment {
    private TornSegment() {}

    /** Why a scan ended where it did. */
    static String tail(SegmentScan scan) {
        String reason = scan.tailReason();
        return reason == null ? "no batch fits here" : reason;
    }

    /**
     * How far a torn batch reaches that begins here; here, if none does. In a file that began as zeros, that is the
     * last byte that is not. In a recycled file old bytes lie behind the end anyway: there it is one of ours if two of
     * its three marks hold, for a flipped bit spoils one, and old bytes have another epoch and another position.
     */
    static int tornEnd(StoredFile file, long base, long epoch, boolean recycled, int end, int size) throws IOException {
        if (!recycled) {
            return SegmentWalker.endOfContent(file, end, size);
        }
        byte[] bytes = SegmentWalker.readRange(file, end, Math.min(size, end + Layout.BATCH_HEADER));
        if (bytes.length < Layout.BATCH_HEADER) {
            return end;
        }
        int marks = (Layout.getInt(bytes, 0) == Layout.BATCH_MAGIC ? 1 : 0)
                + (Layout.getLong(bytes, Layout.BATCH_EPOCH_AT) == epoch ? 1 : 0)
                + (Layout.getLong(bytes, Layout.BATCH_POSITION_AT) == base + end ? 1 : 0);
        if (marks < 2) {
            return end;
        }
        int length = Layout.getInt(bytes, Layout.BATCH_LENGTH_AT);
        return length > Layout.BATCH_HEADER && length <= size - end ? end + length : end + Layout.BATCH_HEADER;
    }

    /**
     * The epoch of a segment whose header is damaged, by its first whole batch; null if there is none. A payload may
     * look like a batch, so that an index, if there is one, decides which epoch counts.
     */
    static @Nullable Long findEpoch(FileStore store, StoredFile file, long base, int size) throws IOException {
        Summary summary = IndexFile.readSummary(store, base);
        byte[] bytes = SegmentWalker.readRange(file, 0, size);
        for (int at = 0; at + Layout.BATCH_HEADER + Layout.RECORD_HEADER <= bytes.length; at++) {
            if (Layout.getInt(bytes, at) == Layout.BATCH_MAGIC
                    && Layout.getLong(bytes, at + Layout.BATCH_POSITION_AT) == base + at) {
                long epoch = Layout.getLong(bytes, at + Layout.BATCH_EPOCH_AT);
                int length = Layout.getInt(bytes, at + Layout.BATCH_LENGTH_AT);
                if ((summary == null || summary.base() != base || summary.epoch() == epoch)
                        && length >= Layout.BATCH_HEADER + Layout.RECORD_HEADER
                        && length <= bytes.length - at
                        && Layout.crc(bytes, at + Layout.CRC_FROM, at + length)
                                == Layout.getInt(bytes, at + Layout.BATCH_CRC_AT)) {
                    return epoch;
                }
            }
        }
        return null;
    }
}
