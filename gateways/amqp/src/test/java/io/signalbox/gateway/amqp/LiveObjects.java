package io.signalbox.gateway.amqp;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Objects that one client's connection holds on to, found by following its fields. */
final class LiveObjects {
    private static final String ENGINE = "org.apache.qpid.protonj2.";

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Object> toFollow = new ArrayDeque<>();
    private final Map<Class<?>, List<Field>> references = new HashMap<>();

    private LiveObjects() {}

    /** Of the engine's classes. */
    static long ofTheEngine(EmbeddedPeer client) {
        LiveObjects all = new LiveObjects();
        all.visit(client.channel);
        while (!all.toFollow.isEmpty()) {
            all.follow(all.toFollow.remove());
        }
        return all.seen.stream()
                .filter(one -> one.getClass().getName().startsWith(ENGINE))
                .count();
    }

    private void visit(Object one) {
        if (one != null && seen.add(one)) {
            toFollow.add(one);
        }
    }

    private void follow(Object one) {
        String name = one.getClass().getName();
        if (one instanceof Object[] array) {
            for (Object element : array) {
                visit(element);
            }
        } else if (!name.startsWith("java.") && !name.startsWith("jdk.") && !name.startsWith("sun.")) {
            references
                    .computeIfAbsent(one.getClass(), LiveObjects::references)
                    .forEach(field -> visit(get(field, one)));
        } else if (one instanceof Collection<?> collection) {
            collection.forEach(this::visit);
        } else if (one instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                visit(key);
                visit(value);
            });
        } else if (one instanceof AtomicReference<?> reference) {
            visit(reference.get());
        }
    }

    private static List<Field> references(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> of = type;
                of != null && of != Object.class && !of.getName().startsWith("java.");
                of = of.getSuperclass()) {
            for (Field field : of.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Object get(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
