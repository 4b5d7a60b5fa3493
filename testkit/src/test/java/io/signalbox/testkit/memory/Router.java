package io.signalbox.testkit.memory;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which message goes to which seats. Guarded by the disk's lock. */
final class Router {
    private final MemoryDisk disk;
    private final Quirks quirk;

    Router(MemoryDisk disk, Quirks quirk) {
        this.disk = disk;
        this.quirk = quirk;
    }

    private boolean is(Quirks other) {
        return quirk == other;
    }

    Map<Seat, List<Entry>> route(Message original, @Nullable Seat publisher) {
        Message message = is(Quirks.LOSES_CORRELATION)
                ? original.toBuilder()
                        .properties(original.properties().toBuilder()
                                .correlation(null)
                                .build())
                        .build()
                : original;
        String from = publisher == null || is(Quirks.IGNORES_NO_LOCAL) ? null : publisher.options.name();
        Map<Seat, List<Entry>> routes = new LinkedHashMap<>();
        Map<String, List<Seat>> groups = new LinkedHashMap<>();
        for (Seat seat : disk.seats.values()) {
            if (is(Quirks.SHOWS_DOLLAR_TOPICS)
                    && message.topic().isSystem()
                    && seat.subscriptions.values().stream()
                            .anyMatch(s -> s.filter().text().equals("#"))) {
                add(routes, seat, new Entry(message, Match.plain(Guarantee.AT_LEAST_ONCE), false, null));
            }
            if (is(Quirks.ONE_DELIVERY_PER_OVERLAPPING_SUBSCRIPTION)) {
                seat.subscriptions.values().stream()
                        .filter(s -> s.filter().matches(message.topic()))
                        .forEach(s -> add(routes, seat, new Entry(message, Seat.union(List.of(s)), false, null)));
                continue;
            }
            seat.match(message, from).ifPresent(match -> add(routes, seat, new Entry(message, match, false, null)));
            for (FilterSpec spec : seat.subscriptions.values()) {
                if (spec.shareGroup() != null && spec.filter().matches(message.topic())) {
                    groups.computeIfAbsent(group(spec), g -> new ArrayList<>()).add(seat);
                }
            }
        }
        groups.forEach((group, members) -> {
            if (is(Quirks.SHARES_WITH_ALL)) {
                members.forEach(seat -> add(routes, seat, shared(message, seat, group)));
            } else {
                Seat member = pick(group, members);
                add(routes, member, shared(message, member, group));
            }
        });
        return routes;
    }

    private static void add(Map<Seat, List<Entry>> routes, Seat seat, Entry entry) {
        routes.computeIfAbsent(seat, s -> new ArrayList<>()).add(entry);
    }

    static String group(FilterSpec spec) {
        return spec.shareGroup() + " " + spec.filter();
    }

    Seat pick(String group, List<Seat> members) {
        List<Seat> here = members.stream().filter(seat -> seat.owner != null).toList();
        List<Seat> choice = here.isEmpty() ? members : here;
        return choice.get(disk.turns.merge(group, 1, Integer::sum) % choice.size());
    }

    static Entry shared(Message message, Seat member, String group) {
        List<FilterSpec> specs = member.subscriptions.values().stream()
                .filter(s -> s.shareGroup() != null && group(s).equals(group))
                .toList();
        return new Entry(message, Seat.union(specs), false, group);
    }
}
