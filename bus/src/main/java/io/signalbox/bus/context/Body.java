package io.signalbox.bus.context;

import org.jspecify.annotations.Nullable;

/** What runs inside of a frame: a handler, or a handler behind its middleware. */
@FunctionalInterface
public interface Body {
    @Nullable
    Object run(Frame frame) throws Throwable;
}
