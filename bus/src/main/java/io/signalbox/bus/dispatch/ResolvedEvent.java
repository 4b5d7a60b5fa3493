package io.signalbox.bus.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The handlers of one class of event at one epoch of the registry: groups of equal priority, the highest first. */
final class ResolvedEvent {
    static final ResolvedEvent NOBODY_YET = new ResolvedEvent(Long.MIN_VALUE, List.of());

    final long epoch;
    final HandlerSlot[][] groups;
    final int count;
    /** The only handler, if it is to be called and nothing else: the hot path. */
    final @Nullable HandlerSlot single;

    ResolvedEvent(long epoch, List<HandlerSlot> slots) {
        this.epoch = epoch;
        this.count = slots.size();
        this.single = count == 1 && slots.getFirst().isPlain() ? slots.getFirst() : null;
        this.groups = groups(slots);
    }

    /** One handler alone, that was resolved before. */
    static ResolvedEvent of(HandlerSlot single) {
        return new ResolvedEvent(NOBODY_YET.epoch, List.of(single));
    }

    private static HandlerSlot[][] groups(List<HandlerSlot> slots) {
        List<HandlerSlot> sorted = new ArrayList<>(slots);
        sorted.sort(Comparator.comparingInt(
                        (HandlerSlot slot) -> slot.entry().options().priority())
                .reversed());
        List<List<HandlerSlot>> groups = new ArrayList<>();
        int priority = 0;
        for (HandlerSlot slot : sorted) {
            int own = slot.entry().options().priority();
            if (groups.isEmpty() || own != priority) {
                groups.add(new ArrayList<>());
                priority = own;
            }
            groups.getLast().add(slot);
        }
        return groups.stream().map(group -> group.toArray(HandlerSlot[]::new)).toArray(HandlerSlot[][]::new);
    }

    /** Those of one handler alone, for a redrive; null if it is not here any more. */
    @Nullable
    ResolvedEvent only(String handler) {
        for (HandlerSlot[] group : groups) {
            for (HandlerSlot slot : group) {
                if (slot.name().equals(handler)) {
                    return of(slot);
                }
            }
        }
        return null;
    }
}
