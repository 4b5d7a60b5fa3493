package io.signalbox.testkit.bus;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusStatus;
import io.signalbox.bus.Session;
import io.signalbox.bus.deadletter.DeadLetters;
import io.signalbox.bus.handler.BatchConsumer;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.QueryFunction;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.query.Answers;
import io.signalbox.bus.query.Gather;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A bus for tests: the real one, on threads and time that follow a seed. The same seed gives the same run: the same
 * order of everything, the same delays, faults and ids. Nothing runs but when the test says so ({@link #step},
 * {@link #runUntilQuiet}, {@link #advance}) or waits for it ({@code execute} with a timeout, {@code gather},
 * {@code close}).
 *
 * <p>Belongs to the thread that made it. Handlers may use it too; what they do with threads of their own, with the
 * machine's clock, or with {@code Thread.sleep}, is outside of the simulation, and {@link #spawn}, {@link #now} and
 * {@link #sleep} are there instead.
 */
public final class DeterministicBus implements Bus {
    static final long STEPS_MAX = 1_000_000;

    private static final Duration QUIET_WITHIN = Duration.ofHours(1);

    private final long seed;
    private final Bus bus;
    private final SeededScheduler scheduler;
    private final Recording recording;
    private final Calls calls;
    private final RandomGenerator random;

    DeterministicBus(
            long seed, Bus bus, SeededScheduler scheduler, Recording recording, Calls calls, RandomGenerator random) {
        this.seed = seed;
        this.bus = bus;
        this.scheduler = scheduler;
        this.recording = recording;
        this.calls = calls;
        this.random = random;
    }

    /** With a seed of its own each time, or that of the system property {@code signalbox.seed}. */
    public static DeterministicBus create() {
        return builder().build();
    }

    public static DeterministicBus seeded(long seed) {
        return builder(seed).build();
    }

    /** With a seed of its own each time, or that of the system property {@code signalbox.seed}. */
    public static DeterministicBusBuilder builder() {
        return builder(Seeds.next());
    }

    public static DeterministicBusBuilder builder(long seed) {
        return new DeterministicBusBuilder(seed);
    }

    public long seed() {
        return seed;
    }

    /** Chance for the test itself, from the same seed. */
    public RandomGenerator random() {
        return random;
    }

    public Recording recording() {
        return recording;
    }

    // ---- moving

    /**
     * Runs one of the tasks that can run until it ends or waits; if none can, time passes to the next timer first.
     *
     * @return false if there was nothing to do, and will never be
     */
    public boolean step() {
        return scheduler.drive(new Drive(() -> false, Long.MAX_VALUE, 1)) == Drive.Stop.STEPS;
    }

    /** Runs all that can run without time passing. */
    public void runReady() {
        demandEnd(scheduler.drive(new Drive(() -> false, scheduler.nanoTime(), STEPS_MAX)));
    }

    /** Runs all there is, letting time pass, at most an hour, until nothing can run and no timer is set. */
    public void runUntilQuiet() {
        runUntilQuiet(QUIET_WITHIN);
    }

    /** @throws AssertionError if something is still to come after that time */
    public void runUntilQuiet(Duration within) {
        long until = scheduler.nanoTime() + within.toNanos();
        Drive.Stop stop = scheduler.drive(new Drive(() -> false, until, STEPS_MAX));
        demandEnd(stop);
        if (stop == Drive.Stop.TIME) {
            throw new AssertionError("not quiet within " + within + " of its own time" + recording.evidence());
        }
    }

    /** Lets time pass, and runs all that is due meanwhile. */
    public void advance(Duration time) {
        long until = scheduler.nanoTime() + time.toNanos();
        demandEnd(scheduler.drive(new Drive(() -> false, until, STEPS_MAX)));
        scheduler.passUntil(until);
    }

    private void demandEnd(Drive.Stop stop) {
        if (stop == Drive.Stop.STEPS) {
            throw new AssertionError("no end after " + STEPS_MAX + " steps" + recording.evidence());
        }
    }

    /** The time of the bus. It begins at the same moment in every run. */
    public Instant now() {
        return Instant.ofEpochMilli(SeededScheduler.START_MILLIS).plusNanos(scheduler.nanoTime());
    }

    /** Lets the calling handler or task wait, in the time of the bus, while others go on. */
    public void sleep(Duration time) throws InterruptedException {
        scheduler.await(new CompletableFuture<Void>(), time.toNanos());
    }

    /** What a thread of the test's does beside the bus. */
    @FunctionalInterface
    public interface Task {
        void run() throws Exception;
    }

    /** Runs a task concurrently. What it throws is thrown again by what moves the bus. */
    public void spawn(Task task) {
        scheduler.execute(() -> {
            try {
                task.run();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("a spawned task failed" + scheduler.hint(), e);
            }
        });
    }

    /** How many steps it has made. */
    public long steps() {
        return scheduler.steps();
    }

    // ---- faults and assertions

    /** The next calls of handlers with a message of that class fail, before the handler is reached. */
    public void failNext(Class<?> type, int callCount) {
        calls.failNext(type, callCount);
    }

    /**
     * Audits the ledger, at rest, against what was recorded: everything published was refused, unheard or accepted, and
     * everything accepted was handled, is dead, was dropped, or waits in a queue; all commands are answered.
     */
    public void assertBooksClose() {
        List<String> errors = Books.audit(bus.ledger(), recording);
        if (!errors.isEmpty()) {
            throw new AssertionError("the books do not close:\n" + String.join("\n", errors) + recording.evidence());
        }
    }

    // ---- the bus

    @Override
    public <R extends @Nullable Object, C extends Command<R>> Registration handle(
            Class<C> type, CommandFunction<? super C, ? extends R> handler, HandlerOptions options) {
        return bus.handle(type, handler, options);
    }

    @Override
    public <E> Registration subscribe(Class<E> type, EventConsumer<? super E> consumer, HandlerOptions options) {
        return bus.subscribe(type, consumer, options);
    }

    @Override
    public <E> Registration subscribeBatch(
            Class<E> type, BatchConsumer<E> consumer, BatchOptions batch, HandlerOptions options) {
        return bus.subscribeBatch(type, consumer, batch, options);
    }

    @Override
    public <R, Q extends Query<R>> Registration answer(
            Class<Q> type, QueryFunction<? super Q, ? extends R> function, HandlerOptions options) {
        return bus.answer(type, function, options);
    }

    @Override
    public Registration register(Object handlers) {
        return bus.register(handlers);
    }

    @Override
    public <R extends @Nullable Object> CommandResult<R> execute(Command<R> command, SendOptions options) {
        return bus.execute(command, options);
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<CommandResult<R>> executeAsync(
            Command<R> command, SendOptions options) {
        return bus.executeAsync(command, options);
    }

    @Override
    public PublishResult publish(Event event, SendOptions options) {
        return bus.publish(event, options);
    }

    @Override
    public <R> Answers<R> gather(Query<R> query, Gather gather, SendOptions options) {
        return bus.gather(query, gather, options);
    }

    @Override
    public Session session(String id) {
        return bus.session(id);
    }

    @Override
    public String name() {
        return bus.name();
    }

    @Override
    public Optional<Session> findSession(String id) {
        return bus.findSession(id);
    }

    @Override
    public DeadLetters deadLetters() {
        return bus.deadLetters();
    }

    @Override
    public Ledger ledger() {
        return bus.ledger();
    }

    @Override
    public BusStatus status() {
        return bus.status();
    }

    /** As the bus does it, in the bus's own time; then interrupts what is still waiting. */
    @Override
    public void close() {
        if (!scheduler.isStalled()) {
            bus.close();
        }
    }
}
