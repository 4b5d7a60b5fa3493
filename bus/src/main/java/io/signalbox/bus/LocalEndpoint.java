package io.signalbox.bus;

import static java.util.Objects.requireNonNull;

import io.signalbox.bus.annotated.AnnotatedHandlers;
import io.signalbox.bus.handler.BatchConsumer;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.QueryFunction;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.query.Answers;
import io.signalbox.bus.query.Gather;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.session.SessionScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The doors of a bus and of its sessions: arguments are checked here, and nowhere behind. */
abstract class LocalEndpoint implements Endpoint {
    private final LocalBus bus;
    private final @Nullable SessionScope scope;

    /** @param outer null: this is the bus */
    LocalEndpoint(@Nullable LocalBus outer, @Nullable SessionScope scope) {
        this.bus = outer != null ? outer : (LocalBus) this;
        this.scope = scope;
    }

    /** @throws IllegalStateException if it is closed */
    abstract Registration add(HandlerEntry entry);

    @Override
    public <R extends @Nullable Object, C extends Command<R>> Registration handle(
            Class<C> type, CommandFunction<? super C, ? extends R> handler, HandlerOptions options) {
        requireNonNull(type, "type");
        requireNonNull(handler, "handler");
        return add(new HandlerEntry.OfCommand(type, bus.names().of(options), options, handler));
    }

    @Override
    public <E> Registration subscribe(Class<E> type, EventConsumer<? super E> consumer, HandlerOptions options) {
        requireNonNull(type, "type");
        requireNonNull(consumer, "consumer");
        return add(new HandlerEntry.OfEvent(type, bus.names().of(options), options, consumer));
    }

    @Override
    public <E> Registration subscribeBatch(
            Class<E> type, BatchConsumer<E> consumer, BatchOptions batch, HandlerOptions options) {
        requireNonNull(type, "type");
        requireNonNull(consumer, "consumer");
        return add(new HandlerEntry.OfBatch(type, bus.names().of(options), options, consumer, batch));
    }

    @Override
    public <R, Q extends Query<R>> Registration answer(
            Class<Q> type, QueryFunction<? super Q, ? extends R> function, HandlerOptions options) {
        requireNonNull(type, "type");
        requireNonNull(function, "function");
        return add(new HandlerEntry.OfQuery(type, bus.names().of(options), options, function));
    }

    @Override
    public Registration register(Object handlers) {
        List<Registration> added = new ArrayList<>();
        try {
            for (HandlerEntry entry : AnnotatedHandlers.of(requireNonNull(handlers, "handlers"))) {
                added.add(add(entry));
            }
        } catch (RuntimeException refused) {
            Registration.all(added).close();
            throw refused;
        }
        return Registration.all(added);
    }

    @Override
    public final <R extends @Nullable Object> CommandResult<R> execute(Command<R> command) {
        return bus.commands().execute(requireNonNull(command, "command"), SendOptions.DEFAULT, scope);
    }

    @Override
    public <R extends @Nullable Object> CommandResult<R> execute(Command<R> command, SendOptions options) {
        return bus.commands().execute(requireNonNull(command, "command"), requireNonNull(options, "options"), scope);
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<CommandResult<R>> executeAsync(
            Command<R> command, SendOptions options) {
        return bus.commands()
                .executeAsync(requireNonNull(command, "command"), requireNonNull(options, "options"), scope);
    }

    @Override
    public final PublishResult publish(Event event) {
        return bus.events().publish(requireNonNull(event, "event"), SendOptions.DEFAULT, scope);
    }

    @Override
    public PublishResult publish(Event event, SendOptions options) {
        return bus.events().publish(requireNonNull(event, "event"), requireNonNull(options, "options"), scope);
    }

    @Override
    public <R> Answers<R> gather(Query<R> query, Gather gather, SendOptions options) {
        return bus.queries()
                .gather(
                        requireNonNull(query, "query"),
                        requireNonNull(gather, "gather"),
                        requireNonNull(options, "options"),
                        scope);
    }

    @Override
    public Session session(String id) {
        return bus.openSession(requireNonNull(id, "id"), scope);
    }
}
