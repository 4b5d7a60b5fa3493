package io.signalbox.bus.registry;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A class, its super classes and all their interfaces. */
public final class SuperTypes {
    private SuperTypes() {}

    /** The most specific first: the class, its super classes up to Object, then interfaces. */
    public static Set<Class<?>> of(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (@Nullable Class<?> at = type; at != null; at = at.getSuperclass()) {
            all.add(at);
        }
        for (@Nullable Class<?> at = type; at != null; at = at.getSuperclass()) {
            addInterfaces(at, all);
        }
        return all;
    }

    private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
        for (Class<?> each : type.getInterfaces()) {
            if (all.add(each)) {
                addInterfaces(each, all);
            }
        }
    }
}
