package io.signalbox.bus.settings;

import io.signalbox.bus.registry.SuperTypes;
import java.util.Map;

/** Settings by type: those of the class itself, else of its nearest super type that has any, else the default. */
public final class TypeSettings<S> {
    private final Map<Class<?>, S> byType;
    private final S otherwise;

    public TypeSettings(Map<Class<?>, S> byType, S otherwise) {
        this.byType = Map.copyOf(byType);
        this.otherwise = otherwise;
    }

    public S of(Class<?> type) {
        if (!byType.isEmpty()) {
            for (Class<?> each : SuperTypes.of(type)) {
                S found = byType.get(each);
                if (found != null) {
                    return found;
                }
            }
        }
        return otherwise;
    }
}
