package io.signalbox.log;

import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a whole segment and builds its index: what recovery, verification and a lost index file need. */
final class SegmentScan implements SegmentWalker.Sink {
    /** A range of offsets without a whole batch, and the sequences on both sides; -1 where there is none. */
    record Hole(int fromOffset, int toOffset, String reason, long sequenceBefore, long sequenceAfter) {
        /** A later batch says that all of this was on disk. */
        Hole wasSynced() {
            return new Hole(fromOffset, toOffset, reason + "; it had been synced", sequenceBefore, sequenceAfter);
        }
    }

    private final ActiveIndex index = new ActiveIndex();
    private final List<Hole> holes = new ArrayList<>();
    private long lastSequence = -1;
    private boolean afterHole;
    private long synced;
    private int endOffset;
    private long bytesRead;
    private @Nullable String tailReason;

    private SegmentScan() {}

    static SegmentScan run(StoredFile file, long base, long epoch, int limitOffset) throws IOException {
        SegmentScan scan = new SegmentScan();
        SegmentWalker walker = new SegmentWalker(file, base, epoch);
        scan.endOffset = walker.walk(Layout.SEGMENT_HEADER, limitOffset, scan);
        scan.tailReason = walker.tailReason();
        scan.holes.replaceAll(hole -> hole.toOffset + base <= scan.synced ? hole.wasSynced() : hole);
        scan.bytesRead = walker.bytesRead();
        return scan;
    }

    @Override
    public boolean onBatch(byte[] bytes, int at, int length, int offset) {
        boolean continues = (Layout.getInt(bytes, at + Layout.BATCH_FLAGS_AT) & Layout.BATCH_CONTINUES) != 0;
        index.beginBatch(offset, continues);
        synced = Math.max(synced, Layout.getLong(bytes, at + Layout.BATCH_SYNCED_AT));
        int record = at + Layout.BATCH_HEADER;
        int end = at + length;
        while (record < end) {
            long sequence = Layout.getLong(bytes, record + Layout.RECORD_SEQUENCE_AT);
            index.add(
                    offset + record - at,
                    Layout.getLong(bytes, record + Layout.RECORD_KEY_AT),
                    sequence,
                    Layout.getLong(bytes, record + Layout.RECORD_TIME_AT));
            if (afterHole) {
                Hole hole = holes.removeLast();
                holes.add(new Hole(hole.fromOffset, hole.toOffset, hole.reason, hole.sequenceBefore, sequence));
                afterHole = false;
            }
            lastSequence = sequence;
            record += Layout.getInt(bytes, record);
        }
        return true;
    }

    @Override
    public void onGap(int fromOffset, int toOffset, String reason) {
        holes.add(new Hole(fromOffset, toOffset, reason, lastSequence, -1));
        afterHole = true;
    }

    ActiveIndex index() {
        return index;
    }

    List<Hole> holes() {
        return holes;
    }

    /** The offset after the last whole batch. */
    int endOffset() {
        return endOffset;
    }

    /** Of the last record, -1 without any. */
    long lastSequence() {
        return lastSequence;
    }

    /** Everything below this position was on disk by the word of a whole batch; 0 if none says so. */
    long synced() {
        return synced;
    }

    @Nullable
    String tailReason() {
        return tailReason;
    }

    long bytesRead() {
        return bytesRead;
    }
}
