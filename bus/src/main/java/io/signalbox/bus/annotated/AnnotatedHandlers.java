package io.signalbox.bus.annotated;

import io.signalbox.bus.handler.CommandHandler;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.handler.QueryHandler;
import io.signalbox.bus.registry.HandlerEntry;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The annotated methods of an object, its super classes' included, as registry entries. The class is read once and the
 * result hangs on it; a call goes through a generated lambda and costs what a method call costs.
 */
public final class AnnotatedHandlers {
    private static final ClassValue<List<HandlerMethod>> METHODS = new ClassValue<>() {
        @Override
        protected List<HandlerMethod> computeValue(Class<?> type) {
            return find(type);
        }
    };

    private AnnotatedHandlers() {}

    /** @throws IllegalArgumentException if it has none, or one with a signature that cannot be called; all are named */
    public static List<HandlerEntry> of(Object target) {
        List<HandlerMethod> methods = METHODS.get(target.getClass());
        if (methods.isEmpty()) {
            throw new IllegalArgumentException(target.getClass().getName()
                    + " has no method annotated with @CommandHandler, @EventHandler or @QueryHandler");
        }
        return methods.stream().map(method -> method.bind(target)).toList();
    }

    private static List<HandlerMethod> find(Class<?> type) {
        List<HandlerMethod> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (@Nullable Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            List<Method> methods = new ArrayList<>(List.of(at.getDeclaredMethods()));
            methods.sort(Comparator.comparing(Method::toString));
            for (Method method : methods) {
                if (isHandler(method) && !method.isBridge()) {
                    try {
                        found.add(HandlerMethod.of(method));
                    } catch (IllegalArgumentException problem) {
                        problems.add(problem.getMessage());
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return List.copyOf(found);
    }

    private static boolean isHandler(Method method) {
        return method.isAnnotationPresent(CommandHandler.class)
                || method.isAnnotationPresent(EventHandler.class)
                || method.isAnnotationPresent(QueryHandler.class);
    }
}
