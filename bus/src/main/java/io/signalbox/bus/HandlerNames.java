package io.signalbox.bus;

import io.signalbox.bus.handler.HandlerOptions;
import java.util.Set;

/** Names for handlers that have none: the place in the code that registers them. */
final class HandlerNames {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final Set<String> OURS = Set.of(
            HandlerNames.class.getName(),
            LocalEndpoint.class.getName(),
            LocalBus.class.getName(),
            LocalSession.class.getName(),
            Endpoint.class.getName());

    private HandlerNames() {}

    static String of(HandlerOptions options) {
        String given = options.name();
        if (given != null) {
            return given;
        }
        return WALKER.walk(frames -> frames.filter(frame -> !OURS.contains(frame.getClassName()))
                .findFirst()
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .orElse("unnamed"));
    }
}
