package io.signalbox.bus.parts;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What a bus knows of each class of message. It hangs on the class itself, so a look costs little and it goes when the
 * class goes; for the same reason nothing of a closed bus may hang there, or it would stay as long as the class. Thread
 * safe; {@link #get} is hot path.
 */
public final class Routes<R extends Routes.Route> {
    private final ClassValue<R> ofClass;
    /** Weak, since a route hangs on its class; what waits in one holds it by its workers and timers. */
    private final Set<WeakReference<R>> known = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** From one class of message to its handlers. */
    public interface Route {
        Class<?> type();

        /** Lets go of handlers that are not registered any more. */
        void forgetStale();
    }

    public Routes(Function<Class<?>, R> maker) {
        ofClass = new ClassValue<>() {
            @Override
            protected R computeValue(Class<?> type) {
                R route = maker.apply(type);
                known.removeIf(reference -> reference.refersTo(null));
                known.add(new WeakReference<>(route));
                return route;
            }
        };
    }

    /** Once closed, one for this call alone. */
    public R get(Class<?> type) {
        R route = ofClass.get(type);
        if (closed) {
            // Looked at afterwards: whoever comes while the bus is closed takes his own away.
            ofClass.remove(type);
        }
        return route;
    }

    /** Those whose classes are there. */
    public List<R> live() {
        List<R> live = new ArrayList<>();
        for (WeakReference<R> reference : known) {
            R route = reference.get();
            if (route != null) {
                live.add(route);
            }
        }
        return live;
    }

    /** Something was unregistered: no cache may hold it, or its class loader, any longer. */
    public void forgetStale() {
        live().forEach(Route::forgetStale);
    }

    /** Takes them from their classes. */
    public void close() {
        closed = true;
        live().forEach(route -> ofClass.remove(route.type()));
    }
}
