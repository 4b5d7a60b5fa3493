package io.signalbox.bus;

import io.signalbox.bus.handler.HandlerOptions;

/** Names for handlers that have none: the place in the code that registers them. */
final class HandlerNames {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private HandlerNames() {}

    static String of(HandlerOptions options) {
        String given = options.name();
        if (given != null) {
            return given;
        }
        return WALKER.walk(frames -> frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                .findFirst()
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .orElse("unnamed"));
    }

    /** Endpoints, those that stand around another one included, only pass on what somebody registers. */
    private static boolean isOurs(Class<?> caller) {
        return caller == HandlerNames.class || Endpoint.class.isAssignableFrom(caller);
    }
}
