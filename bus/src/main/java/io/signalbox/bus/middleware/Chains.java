package io.signalbox.bus.middleware;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.registry.HandlerEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The middlewares of a bus in their order, and the bodies made of them: what each handler of each class is called
 * through. A handler without middleware is called directly.
 */
public final class Chains {
    private final List<Typed<CommandMiddleware<Object>>> forCommands = new ArrayList<>();
    private final List<Typed<EventMiddleware<Object>>> forEvents = new ArrayList<>();

    private record Typed<M>(Class<?> type, M middleware) {}

    public Chains() {}

    public Chains(Chains other) {
        forCommands.addAll(other.forCommands);
        forEvents.addAll(other.forEvents);
    }

    /** The first added is the outermost. */
    @SuppressWarnings("unchecked")
    public <C> void addCommand(Class<C> type, CommandMiddleware<? super C> middleware) {
        forCommands.add(new Typed<>(type, (CommandMiddleware<Object>) middleware));
    }

    @SuppressWarnings("unchecked")
    public <E> void addEvent(Class<E> type, EventMiddleware<? super E> middleware) {
        forEvents.add(new Typed<>(type, (EventMiddleware<Object>) middleware));
    }

    /** The body answers the handler's value, or a {@link CommandResult} if there is middleware for the class. */
    public Body command(Class<?> type, HandlerEntry.OfCommand entry) {
        @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
        CommandFunction<Command<Object>, Object> function = (CommandFunction<Command<Object>, Object>) entry.function();
        List<CommandMiddleware<Object>> around = matching(forCommands, type);
        Filter filter = entry.options().filter();
        if (filter != null) {
            around.addFirst((call, next) -> filter.accepts(call.envelope())
                    ? next.proceed(call)
                    : CommandResult.rejected(
                            Reason.FILTERED, "the filter of '" + entry.name() + "' did not let it pass"));
        }
        if (around.isEmpty()) {
            return new DirectCommand(function);
        }
        CommandChain<Object> chain = call -> CommandResult.success(call(function, call.command()));
        for (CommandMiddleware<Object> each : around.reversed()) {
            CommandChain<Object> next = chain;
            chain = call -> each.around(call, next);
        }
        CommandChain<Object> whole = chain;
        return frame -> whole.proceed(new CommandCall<>(frame.message(), frame.envelope(), entry));
    }

    @SuppressWarnings("unchecked")
    private static Object call(CommandFunction<Command<Object>, Object> function, Object command) throws Exception {
        return function.handle((Command<Object>) command);
    }

    public Body event(Class<?> type, HandlerEntry.OfEvent entry) {
        @SuppressWarnings("unchecked")
        EventConsumer<Object> consumer = (EventConsumer<Object>) entry.consumer();
        List<EventMiddleware<Object>> around = matching(forEvents, type);
        Filter filter = entry.options().filter();
        if (filter != null) {
            around.addFirst((call, next) -> {
                if (filter.accepts(call.envelope())) {
                    next.proceed(call);
                }
            });
        }
        if (around.isEmpty()) {
            return new DirectEvent(consumer);
        }
        EventChain<Object> whole = chain(around, call -> consumer.handle(call.event()));
        return frame -> {
            whole.proceed(new EventCall<>(frame.message(), frame.envelope(), entry));
            return null;
        };
    }

    /** The middlewares for events of a class, around whatever stands at their end. */
    public EventChain<Object> around(Class<?> type, EventChain<Object> end) {
        return chain(matching(forEvents, type), end);
    }

    public boolean hasEventMiddleware() {
        return !forEvents.isEmpty();
    }

    private static EventChain<Object> chain(List<EventMiddleware<Object>> around, EventChain<Object> end) {
        EventChain<Object> chain = end;
        for (EventMiddleware<Object> each : around.reversed()) {
            EventChain<Object> next = chain;
            chain = call -> each.around(call, next);
        }
        return chain;
    }

    /** Is a body of this class a handler and nothing else? */
    public static boolean isDirect(Body body) {
        return body instanceof DirectCommand || body instanceof DirectEvent;
    }

    private static <M> List<M> matching(List<Typed<M>> all, Class<?> type) {
        List<M> found = new ArrayList<>();
        for (Typed<M> each : all) {
            if (each.type.isAssignableFrom(type)) {
                found.add(each.middleware);
            }
        }
        return found;
    }
}
