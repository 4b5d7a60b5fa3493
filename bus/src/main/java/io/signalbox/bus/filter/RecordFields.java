package io.signalbox.bus.filter;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/** The components of a record by name, as values that an expression language knows. */
final class RecordFields {
    private static final ClassValue<Map<String, MethodHandle>> ACCESSORS = new ClassValue<>() {
        @Override
        protected Map<String, MethodHandle> computeValue(Class<?> type) {
            return accessors(type);
        }
    };

    private RecordFields() {}

    /** Empty for what is no record. */
    static Map<String, Object> of(Object message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ACCESSORS.get(message.getClass()).forEach((name, accessor) -> {
            try {
                Object value = accessor.invoke(message);
                if (value != null) {
                    fields.put(name, plain(value));
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        });
        return fields;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Byte b -> b.longValue();
            case Short s -> s.longValue();
            case Integer i -> i.longValue();
            case Float f -> f.doubleValue();
            case Long l -> l;
            case Double d -> d;
            case Boolean b -> b;
            case String s -> s;
            case Record record -> of(record);
            default -> value.toString();
        };
    }

    private static Map<String, MethodHandle> accessors(Class<?> type) {
        Map<String, MethodHandle> found = new LinkedHashMap<>();
        RecordComponent[] components = type.getRecordComponents();
        if (components == null) {
            return found;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (RecordComponent component : components) {
                found.put(component.getName(), lookup.unreflect(component.getAccessor()));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(
                    "the components of " + type.getName() + " cannot be read; open its package to io.signalbox.bus", e);
        }
        return found;
    }
}
