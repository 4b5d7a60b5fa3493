package io.signalbox.testkit.memory;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a new subscription is sent of what was before. Guarded by the disk's lock. */
final class Past {
    private final MemoryDisk disk;
    private final TimeSource time;
    private final Quirks quirk;
    private final Outlet outlet;

    Past(MemoryDisk disk, TimeSource time, Quirks quirk, Outlet outlet) {
        this.disk = disk;
        this.time = time;
        this.quirk = quirk;
        this.outlet = outlet;
    }

    private boolean is(Quirks other) {
        return quirk == other;
    }

    void sendRetained(Seat seat, FilterSpec spec, boolean isNew) {
        boolean wanted =
                spec.retained() == RetainedDelivery.SEND || (spec.retained() == RetainedDelivery.SEND_IF_NEW && isNew);
        if (spec.shareGroup() != null || !wanted) {
            return;
        }
        disk.retained.values().stream()
                .filter(m -> spec.filter().matches(m.topic()))
                .forEach(m -> outlet.enqueue(seat, new Entry(m, Seat.union(List.of(spec)), true, null)));
    }

    void sendPast(Seat seat, FilterSpec spec) {
        List<StoredMessage> past = past(spec.filter()::matches, spec.start());
        if (past.isEmpty()) {
            return;
        }
        long now = time.millis();
        long first = past.getFirst().timeMillis();
        for (StoredMessage stored : past) {
            Entry entry = new Entry(stored.message(), Seat.union(List.of(spec)), false, null);
            if (spec.replaySpeed() > 0 && !is(Quirks.IGNORES_SPEED)) {
                entry.notBefore = now + (long) ((stored.timeMillis() - first) / spec.replaySpeed());
            }
            if (!(is(Quirks.SKIPS_THE_SEAM) && stored == past.getLast())) {
                outlet.enqueue(seat, entry);
            }
            if (is(Quirks.REPEATS_THE_SEAM) && stored == past.getLast()) {
                outlet.enqueue(seat, new Entry(stored.message(), entry.match, false, null));
            }
        }
    }

    List<StoredMessage> past(Predicate<io.signalbox.topic.Topic> matching, StartPosition start) {
        List<StoredMessage> all = disk.log.stream()
                .filter(stored -> matching.test(stored.message().topic()))
                .toList();
        return switch (start) {
            case StartPosition.New now -> List.of();
            case StartPosition.All everything -> all;
            case StartPosition.Last last -> all.subList(Math.max(0, all.size() - last.count()), all.size());
            case StartPosition.LastPerTopic each ->
                all.stream().collect(Collectors.toMap(s -> s.message().topic(), s -> s, (a, b) -> b)).values().stream()
                        .sorted(Comparator.comparingLong(StoredMessage::sequence))
                        .toList();
            case StartPosition.Sequence from ->
                all.stream().filter(s -> s.sequence() >= from.sequence()).toList();
            case StartPosition.Time from ->
                all.stream().filter(s -> s.timeMillis() >= from.epochMillis()).toList();
        };
    }
}
