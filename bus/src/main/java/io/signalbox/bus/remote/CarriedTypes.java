package io.signalbox.bus.remote;

import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.MessageType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which classes of message a handler hears of from outside: the class that it names, those that a sealed one permits,
 * and of the classes that the bus was told of all that are below it. Bytes never choose among others.
 */
final class CarriedTypes {
    private final List<Class<?>> told;

    CarriedTypes(List<Class<?>> told) {
        this.told = List.copyOf(told);
    }

    static boolean carries(Class<?> type) {
        return MessageType.of(type).scope() == Message.Scope.EVERYWHERE;
    }

    /** Those of {@link #below} that come from outside. */
    Set<Class<?>> heardBy(Class<?> handled) {
        Set<Class<?>> heard = below(handled);
        heard.removeIf(type -> !carries(type));
        return heard;
    }

    Set<Class<?>> below(Class<?> handled) {
        Set<Class<?>> below = new LinkedHashSet<>();
        collect(handled, below);
        for (Class<?> each : told) {
            if (handled.isAssignableFrom(each)) {
                below.add(each);
            }
        }
        return below;
    }

    private static void collect(Class<?> type, Set<Class<?>> into) {
        if (into.add(type) && type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                collect(permitted, into);
            }
        }
    }
}
