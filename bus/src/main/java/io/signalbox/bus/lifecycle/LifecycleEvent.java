package io.signalbox.bus.lifecycle;

import java.util.List;

/**
 * What the bus tells about its own work. No {@link io.signalbox.bus.message.Event}: who listens to all events wants
 * those of the application, and would slow down every command by listening to these.
 */
public sealed interface LifecycleEvent permits CommandStarted, CommandFinished, SessionStarted, SessionEnded {
    List<Class<?>> TYPES =
            List.of(CommandStarted.class, CommandFinished.class, SessionStarted.class, SessionEnded.class);
}
