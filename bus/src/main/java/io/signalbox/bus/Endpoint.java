package io.signalbox.bus;

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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a bus and a session have in common. Thread safe. No method takes null: a null is answered with a
 * {@link NullPointerException} that names the parameter.
 */
public interface Endpoint {

    // ---- registering

    /**
     * Registers the one handler of a class of command.
     *
     * @throws io.signalbox.bus.registry.DuplicateHandlerException if it has one here already
     */
    default <R extends @Nullable Object, C extends Command<R>> Registration handle(
            Class<C> type, CommandFunction<? super C, ? extends R> handler) {
        return handle(type, handler, HandlerOptions.DEFAULT);
    }

    <R extends @Nullable Object, C extends Command<R>> Registration handle(
            Class<C> type, CommandFunction<? super C, ? extends R> handler, HandlerOptions options);

    /** Registers one of any number of handlers of events of a class, below it, or implementing it. */
    default <E> Registration subscribe(Class<E> type, EventConsumer<? super E> consumer) {
        return subscribe(type, consumer, HandlerOptions.DEFAULT);
    }

    <E> Registration subscribe(Class<E> type, EventConsumer<? super E> consumer, HandlerOptions options);

    /**
     * As {@link #subscribe}, but many events in one call, each with its middlewares around it. A batch has at most one
     * event of each ordering key and class.
     */
    default <E> Registration subscribeBatch(Class<E> type, BatchConsumer<E> consumer) {
        return subscribeBatch(type, consumer, BatchOptions.DEFAULT, HandlerOptions.DEFAULT);
    }

    <E> Registration subscribeBatch(
            Class<E> type, BatchConsumer<E> consumer, BatchOptions batch, HandlerOptions options);

    /** Registers one of any number who answer a class of query. Of the options, name and filter hold. */
    default <R, Q extends Query<R>> Registration answer(Class<Q> type, QueryFunction<? super Q, ? extends R> function) {
        return answer(type, function, HandlerOptions.DEFAULT);
    }

    <R, Q extends Query<R>> Registration answer(
            Class<Q> type, QueryFunction<? super Q, ? extends R> function, HandlerOptions options);

    /**
     * Registers every method annotated with {@code @CommandHandler}, {@code @EventHandler} or {@code @QueryHandler}.
     *
     * @throws IllegalArgumentException if there is none, or one that cannot be called; nothing is registered then
     */
    Registration register(Object handlers);

    // ---- commands

    /**
     * Has a command carried out and waits for the result. Without a timeout the handler runs on the calling thread, as
     * in a method call; with one it runs on a thread of its own, which is interrupted when time is up.
     */
    default <R extends @Nullable Object> CommandResult<R> execute(Command<R> command) {
        return execute(command, SendOptions.DEFAULT);
    }

    <R extends @Nullable Object> CommandResult<R> execute(Command<R> command, SendOptions options);

    /** Has a command carried out elsewhere. Cancelling the future interrupts its handler. Never fails by itself. */
    default <R extends @Nullable Object> CompletableFuture<CommandResult<R>> executeAsync(Command<R> command) {
        return executeAsync(command, SendOptions.DEFAULT);
    }

    <R extends @Nullable Object> CompletableFuture<CommandResult<R>> executeAsync(
            Command<R> command, SendOptions options);

    // ---- events

    /** Tells whoever listens, and returns at once (with {@code Overflow.block}: when there is room). */
    default PublishResult publish(Event event) {
        return publish(event, SendOptions.DEFAULT);
    }

    PublishResult publish(Event event, SendOptions options);

    // ---- queries

    /** Asks everybody, and waits until enough have answered. */
    default <R> Answers<R> gather(Query<R> query, Gather gather) {
        return gather(query, gather, SendOptions.DEFAULT);
    }

    <R> Answers<R> gather(Query<R> query, Gather gather, SendOptions options);

    // ---- sessions

    /**
     * Opens a session, nested if this is one.
     *
     * @throws IllegalStateException if a session of that id is open on this bus
     */
    Session session(String id);
}
