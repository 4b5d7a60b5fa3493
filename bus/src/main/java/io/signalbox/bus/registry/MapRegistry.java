package io.signalbox.bus.registry;

import io.signalbox.bus.handler.Registration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registry that a bus has unless it is given another. Holds a class as long as it has a handler; what is cached per
 * class elsewhere hangs on the class itself, so a class loader that has unregistered is free to go.
 */
public final class MapRegistry implements Registry {
    /** Guarded by this. Arrays are replaced, never written to. */
    private final Map<Class<?>, Numbered[]> entries = new HashMap<>(4);

    private long registrations;
    private int size;
    private volatile long epoch;

    /** An entry and its place in the order of registration. */
    private record Numbered(long number, HandlerEntry entry) {}

    @Override
    public synchronized Registration add(HandlerEntry entry) {
        Numbered[] before = entries.getOrDefault(entry.type(), new Numbered[0]);
        if (entry instanceof HandlerEntry.OfCommand) {
            for (Numbered other : before) {
                if (other.entry instanceof HandlerEntry.OfCommand) {
                    throw new DuplicateHandlerException(other.entry, entry);
                }
            }
        }
        Numbered[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = new Numbered(registrations++, entry);
        entries.put(entry.type(), after);
        size++;
        changed();
        return () -> remove(entry);
    }

    private synchronized void remove(HandlerEntry entry) {
        Numbered @Nullable [] before = entries.get(entry.type());
        if (before == null) {
            return;
        }
        List<Numbered> kept = new ArrayList<>(before.length);
        for (Numbered other : before) {
            if (other.entry != entry) {
                kept.add(other);
            }
        }
        if (kept.size() == before.length) {
            return;
        }
        if (kept.isEmpty()) {
            entries.remove(entry.type());
        } else {
            entries.put(entry.type(), kept.toArray(Numbered[]::new));
        }
        size--;
        changed();
    }

    /** Under the lock that readers of the entries take too, so nobody sees the new epoch with the old entries. */
    private void changed() {
        epoch = epoch + 1;
    }

    @Override
    public synchronized HandlerEntry.@Nullable OfCommand command(Class<?> type) {
        Numbered @Nullable [] found = entries.get(type);
        if (found != null) {
            for (Numbered each : found) {
                if (each.entry instanceof HandlerEntry.OfCommand command) {
                    return command;
                }
            }
        }
        return null;
    }

    @Override
    public synchronized List<HandlerEntry> events(Class<?> type) {
        List<Numbered> found = new ArrayList<>();
        for (Class<?> each : SuperTypes.of(type)) {
            Numbered @Nullable [] own = entries.get(each);
            if (own != null) {
                for (Numbered numbered : own) {
                    if (numbered.entry instanceof HandlerEntry.OfEvent
                            || numbered.entry instanceof HandlerEntry.OfBatch) {
                        found.add(numbered);
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(Numbered::number));
        return found.stream().map(Numbered::entry).toList();
    }

    @Override
    public synchronized List<HandlerEntry.OfQuery> queries(Class<?> type) {
        List<HandlerEntry.OfQuery> found = new ArrayList<>();
        Numbered @Nullable [] own = entries.get(type);
        if (own != null) {
            for (Numbered each : own) {
                if (each.entry instanceof HandlerEntry.OfQuery query) {
                    found.add(query);
                }
            }
        }
        return found;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public synchronized int size() {
        return size;
    }
}
