package io.signalbox.bus;

import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.Registry;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What handlers are called: as they were told, or after the place in the code that registers them. Dead letters find
 * the handler of an event by its name, so no two of one type in one registry have the same.
 */
final class HandlerNames {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    /** The compiler numbers lambdas anew with each change. */
    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");

    private final boolean lasting;

    /** @param lasting a later process must find its handlers by their names: they may not change with each line of code */
    HandlerNames(boolean lasting) {
        this.lasting = lasting;
    }

    String of(HandlerOptions options) {
        String given = options.name();
        if (given != null) {
            return given;
        }
        return WALKER.walk(frames -> frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                .findFirst()
                .map(this::place)
                .orElse("unnamed"));
    }

    private String place(StackWalker.StackFrame frame) {
        String method = LAMBDA.matcher(frame.getMethodName()).replaceFirst("$1");
        String place = frame.getClassName() + "." + method;
        return lasting ? place : place + ":" + frame.getLineNumber();
    }

    /** Endpoints, those that stand around another one included, only pass on what somebody registers. */
    private static boolean isOurs(Class<?> caller) {
        return caller == HandlerNames.class || Endpoint.class.isAssignableFrom(caller);
    }

    /**
     * Registers it under a name of its own: one that is taken gets a number.
     *
     * @throws IllegalStateException if it is taken and must last: numbers change with the order of registration
     */
    Registration add(HandlerEntry entry, Registry to) {
        synchronized (to) {
            return to.add(entry.withName(free(entry, to)));
        }
    }

    private String free(HandlerEntry entry, Registry in) {
        Set<String> taken = taken(entry, in);
        String name = entry.name();
        if (lasting && taken.contains(name)) {
            throw new IllegalStateException("event " + entry.type().getName() + " has a handler named '" + name
                    + "', and the dead letters of this bus outlive it by the names of its handlers;"
                    + " give each a name of its own with HandlerOptions.named");
        }
        for (int number = 2; taken.contains(name); number++) {
            name = entry.name() + "#" + number;
        }
        return name;
    }

    /** Commands have one handler each, and nobody looks for handlers of queries. */
    private static Set<String> taken(HandlerEntry entry, Registry in) {
        return switch (entry) {
            case HandlerEntry.OfCommand command -> Set.of();
            case HandlerEntry.OfQuery query -> Set.of();
            case HandlerEntry.OfEvent event -> ofEvent(entry.type(), in);
            case HandlerEntry.OfBatch batch -> ofEvent(entry.type(), in);
        };
    }

    private static Set<String> ofEvent(Class<?> type, Registry in) {
        return in.events(type).stream()
                .filter(other -> other.type() == type)
                .map(HandlerEntry::name)
                .collect(Collectors.toSet());
    }
}
