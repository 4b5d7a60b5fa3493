package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
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
 * is kept of those is forced before the log opens, so that everything recovered counts as synced.
 */
final class Recovery {
    /** What the log starts from. */
    record Result(List<Segment> segments, List<Spare> spares, long end, long nextSpare, RecoveryReport report) {}

    private final FileStore store;
    private final LogConfig config;
    private final List<Segment> segments = new ArrayList<>(); // newest first while running
    private final RecoveryFindings findings;
    private long nextSpare;
    private int scanned;
    private int trusted;
    private long bytesScanned;

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
            if (name.endsWith(FileNames.TEMPORARY)) {
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
        String name = FileNames.segment(base);
        StoredFile file = store.open(name);
        try {
            int size = (int) Math.min(file.size(), Integer.MAX_VALUE);
            SegmentHeader header = SegmentHeader.read(file);
            if (header != null && header.base() != base) {
                file.close();
                store.delete(name);
                findings.note("deleted " + name + ": it was being recycled and holds no records of this range");
                return null;
            }
            if (header != null && after != null && !config.verifyOnOpen()) {
                Summary summary = IndexFile.readSummary(store, base);
                if (summary != null
                        && summary.base() == base
                        && summary.epoch() == header.epoch()
                        && summary.end() == after.base
                        && summary.end() - base <= size) {
                    return trusted(name, header, file, summary);
                }
            }
            Long epoch = header != null ? (Long) header.epoch() : TornSegment.findEpoch(file, base, size);
            if (epoch == null) {
                dropUnreadable(name, file, base, size, after);
                return null;
            }
            Segment segment = scan(name, file, base, epoch, size, header, after);
            if (header == null) {
                findings.damage(Damage.Kind.HEADER, segment, 0, Layout.SEGMENT_HEADER, -1, -1, "the header is damaged");
                segment.closedForWrites = true;
            }
            return segment;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private Segment trusted(String name, SegmentHeader header, StoredFile file, Summary summary) {
        Segment segment = new Segment(name, header.base(), header.capacity(), header.epoch(), file, summary.end());
        segment.summary = summary;
        segment.sealed = true;
        segment.synced = true;
        segment.directoryForced = true;
        segment.gaps = summary.gaps();
        trusted++;
        return segment;
    }

    private Segment scan(
            String name,
            StoredFile file,
            long base,
            long epoch,
            int size,
            @Nullable SegmentHeader header,
            @Nullable Segment after)
            throws IOException {
        int limit = after == null ? size : (int) Math.min(size, after.base - base);
        SegmentScan scan = SegmentScan.run(file, base, epoch, limit);
        scanned++;
        bytesScanned += scan.bytesRead();
        int capacity = header == null ? Math.max(size, Layout.SEGMENT_HEADER) : header.capacity();
        Segment segment = new Segment(name, base, capacity, epoch, file, base + scan.endOffset());
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
                String reason = size < after.base - base ? "the file ends too early" : TornSegment.tail(scan);
                findings.damage(
                        size < after.base - base ? Damage.Kind.MISSING : Damage.Kind.CORRUPT,
                        segment,
                        scan.endOffset(),
                        after.base - base,
                        scan.lastSequence(),
                        -1,
                        reason);
                gaps.add(new Gap(segment.end, after.base, reason));
            }
            segment.end = Math.min(after.base, base + (long) Integer.MAX_VALUE);
            segment.sealed = true;
            segment.activeIndex = scan.index();
        } else {
            cut(segment, scan, size, header);
        }
        segment.gaps = gaps;
        file.force(true);
        segment.synced = segment.sealed;
        segment.directoryForced = true;
        return segment;
    }

    /** Ends the last segment at its last whole commit and clears what lies behind. */
    private void cut(Segment segment, SegmentScan scan, int size, @Nullable SegmentHeader header) throws IOException {
        int end = scan.endOffset();
        int content = SegmentWalker.endOfContent(segment.file, end, size);
        int torn = TornSegment.tornEnd(
                segment.file, segment.base, segment.epoch, header != null && header.recycled(), end, size);
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

    private void dropUnreadable(String name, StoredFile file, long base, int size, @Nullable Segment after)
            throws IOException {
        int content = SegmentWalker.endOfContent(file, 0, size);
        file.close();
        if (content == 0 && after == null) {
            store.delete(name);
            findings.note("deleted " + name + ": nothing was ever written to it");
            return;
        }
        long to = after == null ? base + Math.max(content, Layout.SEGMENT_HEADER) : after.base;
        String quarantine = FileNames.quarantine(base, to);
        store.rename(name, quarantine);
        findings.add(new Damage(
                after == null ? Damage.Kind.TORN_TAIL : Damage.Kind.CORRUPT,
                name,
                base,
                to,
                -1,
                -1,
                "neither the header nor any batch of the segment is whole",
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
