package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a log out of whatever lies in its folder. Content never makes it fail; a disk that does not answer does.
 *
 * <p>A sealed segment with a valid index that ends where the next one begins is trusted: the index was written only
 * after the segment was on disk, and every later read checks its own bytes. All other segments are read in full. What
 * is kept of those is written again and forced before the log opens, so that everything recovered counts as synced: the
 * run before may have ended with a failed force, and then the system shows bytes that it thinks it need not write.
 */
final class Recovery {
    /** What the log starts from. */
    record Result(List<Segment> segments, List<Spare> spares, long end, long nextSpare, RecoveryReport report) {}

    private static final int REWRITE_BYTES = 1024 * 1024;
    private static final String UNREADABLE = "neither the header nor any batch of the segment is whole";

    private final FileStore store;
    private final LogConfig config;
    private final List<Segment> segments = new ArrayList<>(); // newest first while running
    private final RecoveryFindings findings;
    private long nextSpare;
    private int scanned;
    private int trusted;
    private long bytesScanned;

    /** Where the files begin that were dropped in front of the segment recovered last, and reported; -1 for none. */
    private long droppedFrom = -1;

    Recovery(FileStore store, LogConfig config) {
        this.store = store;
        this.findings = new RecoveryFindings(store);
        this.config = config;
    }

    Result run() throws IOException {
        List<Spare> spares = new ArrayList<>();
        try {
            return run(spares);
        } catch (IOException | RuntimeException e) {
            for (Segment segment : segments) {
                segment.file.close();
            }
            for (Spare spare : spares) {
                spare.file().close();
            }
            throw e;
        }
    }

    private Result run(List<Spare> spares) throws IOException {
        List<Long> bases = new ArrayList<>();
        long newestSnapshot = 0;
        for (String name : store.list()) {
            long base = FileNames.number(name, FileNames.SEGMENT);
            if (base >= 0) {
                bases.add(base);
            }
            newestSnapshot = Math.max(newestSnapshot, FileNames.number(name, FileNames.SNAPSHOT));
            nextSpare = Math.max(nextSpare, FileNames.number(name, FileNames.SPARE) + 1);
            if (FileNames.isTemporary(name)) {
                store.delete(name);
            } else if (FileNames.number(name, FileNames.SPARE) >= 0) {
                keepSpare(name, spares);
            }
        }
        bases.sort(Comparator.reverseOrder());
        for (long base : bases) {
            Segment after = segments.isEmpty() ? null : segments.getLast();
            Segment segment = recover(base, after);
            if (segment != null) {
                segments.add(segment);
                droppedFrom = -1;
            }
        }
        takeBackUnfinished();
        List<Segment> ordered = segments.reversed();
        long end = ordered.isEmpty() ? 0 : ordered.getLast().end;
        if (newestSnapshot > end) {
            findings.add(new Damage(
                    Damage.Kind.MISSING,
                    ordered.isEmpty() ? "" : ordered.getLast().name,
                    end,
                    newestSnapshot,
                    -1,
                    -1,
                    "a snapshot reaches further than the log; the log goes on after it",
                    Optional.empty()));
            if (!ordered.isEmpty()) {
                ordered.getLast().closedForWrites = true;
            }
            end = newestSnapshot;
        }
        removeLostIndexes(ordered);
        store.forceDirectory();
        RecoveryReport report =
                new RecoveryReport(findings.withSequences(ordered), findings.notes(), scanned, trusted, bytesScanned);
        return new Result(new ArrayList<>(ordered), spares, end, nextSpare, report);
    }

    private void keepSpare(String name, List<Spare> spares) throws IOException {
        if (store.size(name) == config.segmentBytes() && spares.size() < config.sparesMax()) {
            spares.add(new Spare(name, store.open(name), config.segmentBytes(), true));
        } else {
            store.delete(name);
        }
    }

    /** Null if the file is no segment after all. */
    private @Nullable Segment recover(long base, @Nullable Segment after) throws IOException {
        StoredFile file = store.open(FileNames.segment(base));
        try {
            OpenedSegment opened = OpenedSegment.of(store, base, file);
            Long epoch = opened.epoch();
            if (opened.foreign()) {
                file.close();
                store.delete(opened.name());
                findings.note(
                        "deleted " + opened.name() + ": it was being recycled and holds no records of this range");
                return null;
            }
            if (epoch == null) {
                dropUnreadable(opened, after);
                return null;
            }
            Summary summary = opened.vouchedFor(store, after == null ? null : (Long) after.base);
            if (summary != null && !config.verifyOnOpen()) {
                return trusted(opened, epoch, summary);
            }
            Segment segment = scan(opened, epoch, after, summary != null);
            if (opened.header() == null) {
                findings.damage(Damage.Kind.HEADER, segment, 0, Layout.SEGMENT_HEADER, -1, -1, "the header is damaged");
                segment.closedForWrites = true;
            }
            return segment;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private Segment trusted(OpenedSegment opened, long epoch, Summary summary) {
        Segment segment =
                new Segment(opened.name(), opened.base(), opened.capacity(), epoch, opened.file(), summary.end());
        segment.summary = summary;
        segment.sealed = true;
        segment.synced = true;
        segment.directoryForced = true;
        segment.gaps = summary.gaps();
        trusted++;
        return segment;
    }

    private Segment scan(OpenedSegment opened, long epoch, @Nullable Segment after, boolean vouched)
            throws IOException {
        StoredFile file = opened.file();
        long base = opened.base();
        int size = opened.size();
        SegmentScan scan = SegmentScan.run(file, base, epoch, opened.limit(after == null ? null : (Long) after.base));
        scanned++;
        bytesScanned += scan.bytesRead();
        Segment segment = new Segment(opened.name(), base, opened.capacity(), epoch, file, base + scan.endOffset());
        List<Gap> gaps = new ArrayList<>();
        for (SegmentScan.Hole hole : scan.holes()) {
            findings.damage(
                    Damage.Kind.CORRUPT,
                    segment,
                    hole.fromOffset(),
                    hole.toOffset(),
                    hole.sequenceBefore(),
                    hole.sequenceAfter(),
                    hole.reason());
            gaps.add(new Gap(base + hole.fromOffset(), base + hole.toOffset(), hole.reason()));
        }
        if (after != null) {
            if (segment.end < after.base) {
                gaps.add(new Gap(segment.end, after.base, missingEnd(segment, scan, size, after)));
            }
            segment.end = Math.min(after.base, base + (long) Integer.MAX_VALUE);
            segment.sealed = true;
            segment.activeIndex = scan.index();
        } else {
            cut(segment, scan, size, opened.recycled());
        }
        segment.gaps = gaps;
        if (!vouched) {
            int synced = (int) Math.clamp(scan.synced() - base, 0, segment.end - base);
            rewrite(file, synced, (int) Math.min(size, segment.end - base));
        }
        file.force(true);
        segment.synced = segment.sealed;
        segment.directoryForced = true;
        return segment;
    }

    /** Reports what a segment lacks up to the next one, and says why. */
    private String missingEnd(Segment segment, SegmentScan scan, int size, Segment after) throws IOException {
        long to = droppedFrom < 0 ? after.base : droppedFrom;
        boolean missing = size < to - segment.base;
        String reason = missing ? "the file ends too early" : TornSegment.tail(scan);
        if (segment.end < to) {
            findings.damage(
                    missing ? Damage.Kind.MISSING : Damage.Kind.CORRUPT,
                    segment,
                    scan.endOffset(),
                    to - segment.base,
                    scan.lastSequence(),
                    -1,
                    reason);
        }
        return droppedFrom < 0 ? reason : UNREADABLE;
    }

    /** Writes the bytes that are there once more, so that a force has something to force. */
    private static void rewrite(StoredFile file, int from, int to) throws IOException {
        for (int at = from; at < to; at += REWRITE_BYTES) {
            byte[] bytes = SegmentWalker.readRange(file, at, Math.min(to, at + REWRITE_BYTES));
            file.write(ByteBuffer.wrap(bytes), at);
        }
    }

    /** Ends the last segment at its last whole commit and clears what lies behind. */
    private void cut(Segment segment, SegmentScan scan, int size, boolean recycled) throws IOException {
        int end = scan.endOffset();
        int content = SegmentWalker.endOfContent(segment.file, end, size);
        int torn = TornSegment.tornEnd(segment.file, segment.base, segment.epoch, recycled, end, size);
        if (torn > end) {
            findings.damage(Damage.Kind.TORN_TAIL, segment, end, torn, scan.lastSequence(), -1, TornSegment.tail(scan));
        }
        SegmentScan kept = scan;
        int unfinished = scan.index().unfinishedOffset();
        if (unfinished >= 0) {
            kept = SegmentScan.run(segment.file, segment.base, segment.epoch, unfinished);
            findings.damage(
                    Damage.Kind.UNFINISHED_BATCH,
                    segment,
                    unfinished,
                    end,
                    kept.lastSequence(),
                    -1,
                    "the commit went on in a segment that is not there");
            end = unfinished;
        }
        segment.end = segment.base + end;
        segment.activeIndex = kept.index();
        if (content > end) {
            Spares.zero(segment.file, end, content);
        }
        if (size < segment.capacity) {
            try {
                Spares.zero(segment.file, Math.max(size, end), segment.capacity);
            } catch (IOException full) {
                segment.closedForWrites = true; // The next commit looks for space in a new segment.
                findings.note("segment " + segment.name + " is short and could not be filled up: " + full.getMessage());
            }
        }
    }

    /** Parts of a commit whose last part never reached the disk, when its segment did. */
    private void takeBackUnfinished() throws IOException {
        for (int i = 1; i < segments.size(); i++) {
            Segment last = segments.get(i - 1);
            Segment before = segments.get(i);
            int from = before.currentSummary().unfinishedOffset();
            if (last.currentSummary().records() > 0 || from < 0) {
                return;
            }
            takeBack(before, from);
            if (from != Layout.SEGMENT_HEADER) {
                return;
            }
        }
    }

    private void takeBack(Segment segment, int from) throws IOException {
        int to = (int) (segment.end - segment.base);
        SegmentScan kept = SegmentScan.run(segment.file, segment.base, segment.epoch, from);
        String reason = "the commit's last part is not there";
        findings.damage(Damage.Kind.UNFINISHED_BATCH, segment, from, to, kept.lastSequence(), -1, reason);
        Spares.zero(segment.file, from, to);
        segment.file.force(false);
        List<Gap> gaps = new ArrayList<>(segment.gaps);
        gaps.add(new Gap(segment.base + from, segment.end, reason));
        segment.gaps = gaps;
        segment.activeIndex = kept.index();
        segment.summary = null;
        store.delete(FileNames.index(segment.base));
    }

    private void dropUnreadable(OpenedSegment opened, @Nullable Segment after) throws IOException {
        String name = opened.name();
        long base = opened.base();
        int content = SegmentWalker.endOfContent(opened.file(), 0, opened.size());
        opened.file().close();
        if (content == 0 && after == null) {
            store.delete(name);
            findings.note("deleted " + name + ": nothing was ever written to it");
            return;
        }
        long to = after == null
                ? base + Math.max(content, Layout.SEGMENT_HEADER)
                : droppedFrom < 0 ? after.base : droppedFrom;
        String quarantine = FileNames.quarantine(base, to);
        store.rename(name, quarantine);
        droppedFrom = after == null ? -1 : base;
        findings.add(new Damage(
                after == null ? Damage.Kind.TORN_TAIL : Damage.Kind.CORRUPT,
                name,
                base,
                to,
                -1,
                -1,
                UNREADABLE,
                Optional.of(quarantine)));
    }

    /** An index without a segment, or of the segment that is written to, vouches for nothing. */
    private void removeLostIndexes(List<Segment> ordered) throws IOException {
        for (String name : store.list()) {
            long base = FileNames.number(name, FileNames.INDEX);
            if (base < 0) {
                continue;
            }
            boolean vouches = false;
            for (Segment segment : ordered) {
                vouches |= segment.base == base && segment.summary != null;
            }
            if (!vouches) {
                store.delete(name);
            }
        }
    }
}
