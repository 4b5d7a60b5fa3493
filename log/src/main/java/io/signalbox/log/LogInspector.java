package io.signalbox.log;

import io.signalbox.log.store.DiskFileStore;
import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a log's files without its lock and without writing, also while a server runs on them. Each call sees the
 * folder as it is then; segments that retention takes away meanwhile are left out. Any thread.
 *
 * <p>While a server writes, the last batch of the newest segment may be seen half written; it is then named as a torn
 * tail, and a second look shows it whole.
 */
public final class LogInspector {
    private final FileStore store;

    private LogInspector(FileStore store) {
        this.store = store;
    }

    /**
     * Looks at a folder.
     *
     * @throws LogFormatException if the folder is no log, or of a newer version
     */
    public static LogInspector of(Path directory) throws IOException {
        return of(new DiskFileStore(directory));
    }

    /** As above, for any store. */
    public static LogInspector of(FileStore store) throws IOException {
        if (!Log.checkFormat(store)) {
            throw new LogFormatException("folder " + store.description()
                    + " holds no log: it has no file FORMAT; give the folder that the server calls its log folder");
        }
        return new LogInspector(store);
    }

    private interface Work<T> {
        T on(List<OpenedSegment> segments) throws IOException;
    }

    private <T> T withSegments(Work<T> work) throws IOException {
        List<OpenedSegment> opened = new ArrayList<>();
        try {
            for (long base : store.list().stream()
                    .mapToLong(name -> FileNames.number(name, FileNames.SEGMENT))
                    .filter(base -> base >= 0)
                    .sorted()
                    .toArray()) {
                open(base, opened);
            }
            return work.on(opened);
        } finally {
            for (OpenedSegment segment : opened) {
                segment.file().close();
            }
        }
    }

    private void open(long base, List<OpenedSegment> opened) throws IOException {
        StoredFile file;
        try {
            file = store.openReadOnly(FileNames.segment(base));
        } catch (NoSuchFileException removed) {
            return;
        }
        try {
            OpenedSegment segment = OpenedSegment.of(store, base, file);
            if (!segment.foreign()) {
                opened.add(segment);
                return;
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close(); // Being recycled.
    }

    /** One line per segment, by position. Sealed segments are described from their index, others are read. */
    public List<SegmentStat> stat() throws IOException {
        return withSegments(segments -> {
            List<SegmentStat> stats = new ArrayList<>();
            for (int i = 0; i < segments.size(); i++) {
                OpenedSegment next = i + 1 < segments.size() ? segments.get(i + 1) : null;
                stats.add(stat(segments.get(i), next));
            }
            return stats;
        });
    }

    private static @Nullable Long baseOf(@Nullable OpenedSegment next) {
        return next == null ? null : (Long) next.base();
    }

    private SegmentStat stat(OpenedSegment segment, @Nullable OpenedSegment next) throws IOException {
        Long epoch = segment.epoch();
        if (epoch == null) {
            long end = next == null ? segment.base() : next.base();
            return new SegmentStat(
                    segment.name(),
                    segment.base(),
                    end,
                    segment.size(),
                    segment.size(),
                    0,
                    -1,
                    -1,
                    -1,
                    -1,
                    SegmentStat.State.UNREADABLE,
                    false);
        }
        Summary summary = segment.vouchedFor(store, baseOf(next));
        boolean indexed = summary != null;
        if (summary == null) {
            SegmentScan scan = SegmentScan.run(segment.file(), segment.base(), epoch, segment.limit(baseOf(next)));
            long end = next == null ? segment.base() + scan.endOffset() : next.base();
            summary = scan.index().summary(segment.base(), epoch, end, List.of());
        }
        SegmentStat.State state = segment.header() == null
                ? SegmentStat.State.HEADER_DAMAGED
                : next == null
                        ? SegmentStat.State.ACTIVE
                        : indexed ? SegmentStat.State.SEALED : SegmentStat.State.SEALED_WITHOUT_INDEX;
        boolean any = summary.records() > 0;
        return new SegmentStat(
                segment.name(),
                segment.base(),
                summary.end(),
                segment.size(),
                segment.capacity(),
                summary.records(),
                summary.firstSequence(),
                any ? summary.maxSequence() : -1,
                any ? summary.minTime() : -1,
                any ? summary.maxTime() : -1,
                state,
                segment.recycled());
    }

    /** Reads every segment in full and names every range that is not what was written. */
    public VerifyReport verify() throws IOException {
        return withSegments(segments -> {
            List<Damage> damages = new ArrayList<>();
            long records = 0;
            long bytes = 0;
            long lastSequence = -1;
            for (int i = 0; i < segments.size(); i++) {
                OpenedSegment segment = segments.get(i);
                OpenedSegment next = i + 1 < segments.size() ? segments.get(i + 1) : null;
                if (segment.header() == null) {
                    damages.add(damage(
                            Damage.Kind.HEADER,
                            segment,
                            0,
                            Layout.SEGMENT_HEADER,
                            lastSequence,
                            -1,
                            "the header is damaged"));
                }
                SegmentScan scan = SegmentScan.run(
                        segment.file(),
                        segment.base(),
                        segment.epoch() == null ? 0 : segment.epoch(),
                        segment.limit(baseOf(next)));
                for (SegmentScan.Hole hole : scan.holes()) {
                    damages.add(damage(
                            Damage.Kind.CORRUPT,
                            segment,
                            hole.fromOffset(),
                            hole.toOffset(),
                            hole.sequenceBefore() < 0 ? lastSequence : hole.sequenceBefore(),
                            hole.sequenceAfter(),
                            hole.reason()));
                }
                lastSequence = scan.index().records() > 0 ? scan.lastSequence() : lastSequence;
                verifyEnd(segment, next, scan, lastSequence, damages);
                records += scan.index().records();
                bytes += scan.bytesRead();
            }
            return new VerifyReport(damages, segments.size(), records, bytes);
        });
    }

    private static void verifyEnd(
            OpenedSegment segment,
            @Nullable OpenedSegment next,
            SegmentScan scan,
            long lastSequence,
            List<Damage> damages)
            throws IOException {
        int end = scan.endOffset();
        if (next != null) {
            if (segment.base() + end < next.base()) {
                boolean missing = segment.size() < next.base() - segment.base();
                damages.add(damage(
                        missing ? Damage.Kind.MISSING : Damage.Kind.CORRUPT,
                        segment,
                        end,
                        next.base() - segment.base(),
                        lastSequence,
                        -1,
                        missing ? "the file ends too early" : TornSegment.tail(scan)));
            }
            return;
        }
        int torn = TornSegment.tornEnd(
                segment.file(),
                segment.base(),
                segment.epoch() == null ? 0 : segment.epoch(),
                segment.recycled(),
                end,
                segment.size());
        if (torn > end) {
            damages.add(damage(Damage.Kind.TORN_TAIL, segment, end, torn, lastSequence, -1, TornSegment.tail(scan)));
        }
    }

    private static Damage damage(
            Damage.Kind kind, OpenedSegment segment, long from, long to, long before, long after, String reason) {
        return new Damage(
                kind,
                segment.name(),
                segment.base() + from,
                segment.base() + to,
                before,
                after,
                reason,
                Optional.empty());
    }

    /** Like {@link Log#scan}, up to what is whole on disk now. */
    public long scan(long from, long to, RecordVisitor visitor) throws IOException {
        return withSegments(opened -> {
            List<Segment> segments = new ArrayList<>();
            long end = 0;
            for (int i = 0; i < opened.size(); i++) {
                OpenedSegment one = opened.get(i);
                OpenedSegment next = i + 1 < opened.size() ? opened.get(i + 1) : null;
                long epoch = one.epoch() == null ? 0 : one.epoch();
                end = next != null
                        ? next.base()
                        : one.base()
                                + SegmentScan.run(one.file(), one.base(), epoch, one.size())
                                        .endOffset();
                segments.add(new Segment(one.name(), one.base(), (int) one.capacity(), epoch, one.file(), end));
            }
            long limit = end;
            IndexCache indexes = new IndexCache(store, 16L * 1024 * 1024);
            LogReader reader =
                    new LogReader(new SegmentList(segments), indexes, () -> limit, new Counters(), Integer.MAX_VALUE);
            return reader.scan(from, to, visitor);
        });
    }
}
