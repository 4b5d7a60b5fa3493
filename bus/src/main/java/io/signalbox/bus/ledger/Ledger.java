package io.signalbox.bus.ledger;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The books of a bus, by name of the type. Conservation: what was published, or arrived over the transport, was refused,
 * unheard or accepted; what was accepted was sent, was handled, is dead, was dropped for a reason, or is pending.
 */
public final class Ledger {
    private final ConcurrentHashMap<String, EventCounters> events = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, CommandCounters> commands = new ConcurrentHashMap<>();

    public EventCounters ofEvent(Class<?> type) {
        return events.computeIfAbsent(type.getName(), EventCounters::new);
    }

    public CommandCounters ofCommand(Class<?> type) {
        return commands.computeIfAbsent(type.getName(), CommandCounters::new);
    }

    public List<EventLine> events() {
        return events.values().stream()
                .map(EventCounters::line)
                .sorted(Comparator.comparing(EventLine::type))
                .toList();
    }

    public List<CommandLine> commands() {
        return commands.values().stream()
                .map(CommandCounters::line)
                .sorted(Comparator.comparing(CommandLine::type))
                .toList();
    }

    public EventLine event(Class<?> type) {
        return ofEvent(type).line();
    }

    public CommandLine command(Class<?> type) {
        return ofCommand(type).line();
    }

    /** Events let in and not at their end. */
    public long pendingEvents() {
        long pending = 0;
        for (EventCounters each : events.values()) {
            pending += each.pending();
        }
        return pending;
    }

    /** Commands sent and not answered. */
    public long pendingCommands() {
        long pending = 0;
        for (CommandLine each : commands()) {
            pending += each.pending();
        }
        return pending;
    }

    /** Events that wait in queues. */
    public long queued() {
        long queued = 0;
        for (EventLine each : events()) {
            queued += each.queued();
        }
        return queued;
    }
}
