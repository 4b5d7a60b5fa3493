package io.signalbox.bus.middleware;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.message.Command;
import org.jspecify.annotations.Nullable;

/** A command handler without middleware. Its answer is the value itself. Hot path. */
final class DirectCommand implements Body {
    private final CommandFunction<Command<Object>, Object> function;

    DirectCommand(CommandFunction<Command<Object>, Object> function) {
        this.function = function;
    }

    @Override
    @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
    public @Nullable Object run(Frame frame) throws Throwable {
        return function.handle((Command<Object>) frame.message());
    }
}
