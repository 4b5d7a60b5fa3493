package io.signalbox.bus.lifecycle;

import java.util.List;

/** All lifecycle events. */
public final class Lifecycle {
    public static final List<Class<?>> EVENTS =
            List.of(CommandStarted.class, CommandFinished.class, SessionStarted.class, SessionEnded.class);

    private Lifecycle() {}
}
