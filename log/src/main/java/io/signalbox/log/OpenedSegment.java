package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A segment file as it lies in the folder, before its batches are believed.
 *
 * @param header null if it is damaged, or of the file's earlier life
 * @param epoch null if nothing in the file can be read as part of this segment
 * @param recycled whether bytes of an earlier life may lie behind the end
 * @param foreign whether the file has the header of an earlier life and nothing of this one
 */
record OpenedSegment(
        String name,
        long base,
        StoredFile file,
        int size,
        @Nullable SegmentHeader header,
        @Nullable Long epoch,
        boolean recycled,
        boolean foreign) {

    static OpenedSegment of(FileStore store, long base, StoredFile file) throws IOException {
        int size = (int) Math.min(file.size(), Integer.MAX_VALUE);
        SegmentHeader found = SegmentHeader.read(file);
        SegmentHeader own = found != null && found.base() == base ? found : null;
        Long epoch = own != null ? (Long) own.epoch() : TornSegment.findEpoch(store, file, base, size);
        return new OpenedSegment(
                FileNames.segment(base),
                base,
                file,
                size,
                own,
                epoch,
                found != null && (own == null || own.recycled()),
                found != null && epoch == null);
    }

    /** What the file was made for, as far as it can be told. */
    int capacity() {
        return header == null ? Math.max(size, Layout.SEGMENT_HEADER) : header.capacity();
    }

    /** The offset at which its batches end at the latest. */
    int limit(@Nullable Long nextBase) {
        return nextBase == null ? size : (int) Math.min(size, nextBase - base);
    }

    /** The index's word for the segment, if the index is of this segment and says that it goes up to the next one. */
    @Nullable
    Summary vouchedFor(FileStore store, @Nullable Long nextBase) {
        if (header == null || nextBase == null) {
            return null;
        }
        Summary summary = IndexFile.readSummary(store, base);
        return summary != null
                        && summary.base() == base
                        && summary.epoch() == header.epoch()
                        && summary.end() == nextBase
                        && summary.end() - base <= size
                ? summary
                : null;
    }
}
