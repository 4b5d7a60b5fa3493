package io.signalbox.bus.annotated;

import io.signalbox.bus.filter.CelFilter;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.Batch;
import io.signalbox.bus.handler.BatchConsumer;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.CommandHandler;
import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.QueryFunction;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.registry.HandlerEntry;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One annotated method, and the factory of the lambdas that call it on an object. */
final class HandlerMethod {
    private final Class<?> messageType;
    private final HandlerOptions options;
    private final Kind kind;
    private final MethodHandle factory;
    private final @Nullable BatchOptions batch;

    private enum Kind {
        COMMAND,
        COMMAND_WITHOUT_ANSWER,
        QUERY,
        EVENT,
        BATCH
    }

    private HandlerMethod(
            Class<?> messageType,
            HandlerOptions options,
            Kind kind,
            MethodHandle factory,
            @Nullable BatchOptions batch) {
        this.messageType = messageType;
        this.options = options;
        this.kind = kind;
        this.factory = factory;
        this.batch = batch;
    }

    /** @throws IllegalArgumentException saying what is wrong with the signature */
    static HandlerMethod of(Method method) {
        if (Modifier.isStatic(method.getModifiers()) || method.getParameterCount() != 1) {
            throw new IllegalArgumentException(method
                    + " must be an instance method with exactly one parameter, the message"
                    + " (what else there is to know, CurrentMessage tells)");
        }
        Class<?> parameter = method.getParameterTypes()[0];
        HandlerOptions named = HandlerOptions.named(method.getDeclaringClass().getSimpleName() + "." + method.getName()
                + "(" + parameter.getSimpleName() + ")");
        CommandHandler command = method.getAnnotation(CommandHandler.class);
        EventHandler event = method.getAnnotation(EventHandler.class);
        if (command != null) {
            demand(method, parameter, Command.class);
            HandlerOptions options = limited(named, command.timeoutMillis(), command.dependency());
            if (method.getReturnType() == void.class) {
                return new HandlerMethod(
                        parameter,
                        options,
                        Kind.COMMAND_WITHOUT_ANSWER,
                        Lambdas.factory(method, EventConsumer.class, "handle", Object.class, false),
                        null);
            }
            return new HandlerMethod(
                    parameter,
                    options,
                    Kind.COMMAND,
                    Lambdas.factory(method, CommandFunction.class, "handle", Command.class, true),
                    null);
        }
        if (event != null) {
            return ofEvent(method, parameter, event, named);
        }
        demand(method, parameter, Query.class);
        if (method.getReturnType() == void.class) {
            throw new IllegalArgumentException(method + " must return its answer");
        }
        return new HandlerMethod(
                parameter,
                named,
                Kind.QUERY,
                Lambdas.factory(method, QueryFunction.class, "answer", Query.class, true),
                null);
    }

    private static HandlerMethod ofEvent(Method method, Class<?> parameter, EventHandler event, HandlerOptions named) {
        HandlerOptions options =
                limited(named, event.timeoutMillis(), event.dependency()).withPriority(event.priority());
        Filter filter = filter(method, event);
        if (filter != null) {
            options = options.withFilter(filter);
        }
        if (parameter != Batch.class) {
            return new HandlerMethod(
                    parameter,
                    options,
                    Kind.EVENT,
                    Lambdas.factory(method, EventConsumer.class, "handle", Object.class, false),
                    null);
        }
        return new HandlerMethod(
                elementType(method),
                options,
                Kind.BATCH,
                Lambdas.factory(method, BatchConsumer.class, "handle", Batch.class, false),
                new BatchOptions(event.batchSize(), Duration.ofMillis(event.batchMillis())));
    }

    private static void demand(Method method, Class<?> parameter, Class<?> kind) {
        if (!kind.isAssignableFrom(parameter)) {
            throw new IllegalArgumentException(
                    method + " takes a " + parameter.getName() + ", which is no " + kind.getSimpleName());
        }
    }

    private static HandlerOptions limited(HandlerOptions options, long timeoutMillis, String dependency) {
        HandlerOptions limited = timeoutMillis == 0 ? options : options.withTimeout(Duration.ofMillis(timeoutMillis));
        return dependency.isEmpty() ? limited : limited.withDependency(dependency);
    }

    private static @Nullable Filter filter(Method method, EventHandler event) {
        List<Filter> all = new ArrayList<>();
        for (Class<? extends Filter> type : event.filter()) {
            all.add(Lambdas.newInstance(method, type));
        }
        if (!event.when().isEmpty()) {
            all.add(CelFilter.compile(event.when()));
        }
        return all.stream().reduce(Filter::and).orElse(null);
    }

    private static Class<?> elementType(Method method) {
        Type type = method.getGenericParameterTypes()[0];
        if (type instanceof ParameterizedType batch && batch.getActualTypeArguments()[0] instanceof Class<?> element) {
            return element;
        }
        throw new IllegalArgumentException(method + " must say of what its batches are: Batch<SomeEvent>");
    }

    HandlerEntry bind(Object target) {
        Object lambda = Lambdas.make(factory, target);
        String name = String.valueOf(options.name());
        return switch (kind) {
            case COMMAND -> new HandlerEntry.OfCommand(messageType, name, options, (CommandFunction<?, ?>) lambda);
            case COMMAND_WITHOUT_ANSWER ->
                new HandlerEntry.OfCommand(messageType, name, options, withoutAnswer(lambda));
            case QUERY -> new HandlerEntry.OfQuery(messageType, name, options, (QueryFunction<?, ?>) lambda);
            case EVENT -> new HandlerEntry.OfEvent(messageType, name, options, (EventConsumer<?>) lambda);
            case BATCH ->
                new HandlerEntry.OfBatch(
                        messageType,
                        name,
                        options,
                        (BatchConsumer<?>) lambda,
                        batch == null ? BatchOptions.DEFAULT : batch);
        };
    }

    @SuppressWarnings("unchecked")
    private static CommandFunction<Command<@Nullable Object>, @Nullable Object> withoutAnswer(Object lambda) {
        EventConsumer<Object> consumer = (EventConsumer<Object>) lambda;
        return command -> {
            consumer.handle(command);
            return null;
        };
    }
}
