package io.signalbox.bus.middleware;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.handler.EventConsumer;
import org.jspecify.annotations.Nullable;

/** An event handler without middleware. Hot path. */
final class DirectEvent implements Body {
    private final EventConsumer<Object> consumer;

    DirectEvent(EventConsumer<Object> consumer) {
        this.consumer = consumer;
    }

    @Override
    public @Nullable Object run(Frame frame) throws Throwable {
        consumer.handle(frame.message());
        return null;
    }
}
