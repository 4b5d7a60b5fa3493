package io.signalbox.bus;

import io.signalbox.bus.deadletter.DeadLetterListener;
import io.signalbox.bus.deadletter.LetterLimits;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.ErrorHandler;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.ledger.Journal;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.lifecycle.LifecycleEvent;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.Chains;
import io.signalbox.bus.middleware.CommandMiddleware;
import io.signalbox.bus.middleware.EventMiddleware;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.ForgivingRecorder;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.registry.MapRegistry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.remote.Absence;
import io.signalbox.bus.remote.Inbox;
import io.signalbox.bus.remote.Outbox;
import io.signalbox.bus.remote.RemoteLink;
import io.signalbox.bus.remote.RemoteOptions;
import io.signalbox.bus.schedule.CallerRuns;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.schedule.VirtualThreads;
import io.signalbox.bus.settings.CommandSettings;
import io.signalbox.bus.settings.EventSettings;
import io.signalbox.bus.settings.TypeSettings;
import io.signalbox.codec.Codecs;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.MessageIds;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Collects how a bus is to be, and builds it. Not thread safe. Everything has a default. */
public final class BusBuilder {
    /** Causes of causes; longer chains of messages that cause each other are taken for endless loops. */
    public static final int DEPTH_MAX_DEFAULT = 256;

    private static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(30);
    private static final int UNSETTLED_MAX = 1_000;
    private static final Duration DRAIN_TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    private @Nullable String name;
    private @Nullable Scheduler scheduler;
    private boolean callerRuns;
    private @Nullable RandomGenerator random;
    private Supplier<Registry> registries = MapRegistry::new;
    private final Chains chains = new Chains();
    private ErrorHandler errors = new LoggingErrorHandler();
    private @Nullable DurationRecorder durations;
    private @Nullable Filter filter;
    private @Nullable UnaryOperator<SendOptions> stamp;
    private @Nullable LongFunction<String> ids;
    private @Nullable Journal journal;
    private final Map<Class<?>, CommandSettings> commandSettings = new HashMap<>();
    private CommandSettings otherCommands = CommandSettings.DEFAULT;
    private final Map<Class<?>, EventSettings> eventSettings = new HashMap<>();
    private EventSettings otherEvents = EventSettings.DEFAULT;
    private int depthMax = DEPTH_MAX_DEFAULT;
    private LetterLimits letterLimits = LetterLimits.DEFAULT;
    private final List<DeadLetterListener> deadLetterListeners = new ArrayList<>();
    private Duration drainTimeout = DRAIN_TIMEOUT_DEFAULT;
    private @Nullable Transport transport;
    private @Nullable Absence absence;
    private @Nullable MessageCodec codec;
    private @Nullable Inbox inbox;
    private @Nullable Outbox outbox;
    private final List<Class<?>> types = new ArrayList<>();
    private Duration requestTimeout = REQUEST_TIMEOUT_DEFAULT;

    BusBuilder() {
        for (Class<?> lifecycle : LifecycleEvent.TYPES) {
            eventSettings.put(lifecycle, EventSettings.DEFAULT.withOverflow(Overflow.dropOldest()));
        }
    }

    /**
     * In names of threads and meters; over a transport also the name of this process, unique there, by which a later
     * process finds the dead letters of this one.
     */
    public BusBuilder name(String value) {
        name = value;
        return this;
    }

    /** Handlers run on the thread that sends, before the call returns; see {@link CallerRuns}. */
    public BusBuilder callerRuns() {
        callerRuns = true;
        return this;
    }

    /** Threads and time of a simulation. The bus closes it, also when it cannot be built. */
    public BusBuilder scheduler(Scheduler value) {
        scheduler = value;
        return this;
    }

    /** For the jitter of retries; thread safe. */
    public BusBuilder random(RandomGenerator value) {
        random = value;
        return this;
    }

    /** Makes the registry of the bus, and that of each session that registers something. */
    public BusBuilder registry(Supplier<Registry> maker) {
        registries = maker;
        return this;
    }

    /** Around the handlers of all commands. The first added is the outermost. */
    public BusBuilder commandMiddleware(CommandMiddleware<Object> middleware) {
        return commandMiddleware(Object.class, middleware);
    }

    /** Around the handlers of commands of a class, below it, or implementing it. */
    public <C> BusBuilder commandMiddleware(Class<C> type, CommandMiddleware<? super C> middleware) {
        chains.addCommand(type, middleware);
        return this;
    }

    /** Around the handlers of all events. The first added is the outermost. */
    public BusBuilder eventMiddleware(EventMiddleware<Object> middleware) {
        return eventMiddleware(Object.class, middleware);
    }

    /** Around the handlers of events of a class, below it, or implementing it. */
    public <E> BusBuilder eventMiddleware(Class<E> type, EventMiddleware<? super E> middleware) {
        chains.addEvent(type, middleware);
        return this;
    }

    /** Around all handlers. The first added is the outermost. */
    public <M extends CommandMiddleware<Object> & EventMiddleware<Object>> BusBuilder middleware(M both) {
        return commandMiddleware(both).eventMiddleware(both);
    }

    /** Changes the options of everything that is sent, where it is sent; for what must travel along. */
    public BusBuilder stamp(UnaryOperator<SendOptions> value) {
        stamp = value;
        return this;
    }

    /** Makes the ids of messages and dead letters from the present millisecond, unique; for runs that must repeat. */
    public BusBuilder ids(LongFunction<String> value) {
        ids = value;
        return this;
    }

    /** Hears of every event and command. */
    public BusBuilder journal(Journal value) {
        journal = value;
        return this;
    }

    /** Default: a line in the log for each handler and second, with the number of those left out. */
    public BusBuilder errorHandler(ErrorHandler value) {
        errors = value;
        return this;
    }

    /** Hears how long handlers took. What it throws is logged once, and no failure of the handler. */
    public BusBuilder durations(DurationRecorder value) {
        durations = value;
        return this;
    }

    /** Events that it does not accept are refused with {@code filtered}. */
    public BusBuilder eventFilter(Filter value) {
        filter = value;
        return this;
    }

    /** For commands of a class and below it, unless those have settings of their own. */
    public BusBuilder commands(Class<?> type, UnaryOperator<CommandSettings> change) {
        commandSettings.put(type, change.apply(commandSettings.getOrDefault(type, otherCommands)));
        return this;
    }

    /** For all commands without settings of their own; say this first. */
    public BusBuilder commands(UnaryOperator<CommandSettings> change) {
        otherCommands = change.apply(otherCommands);
        return this;
    }

    /** For events of a class and below it, unless those have settings of their own. */
    public BusBuilder events(Class<?> type, UnaryOperator<EventSettings> change) {
        eventSettings.put(type, change.apply(eventSettings.getOrDefault(type, otherEvents)));
        return this;
    }

    /** For all events without settings of their own; say this first. */
    public BusBuilder events(UnaryOperator<EventSettings> change) {
        otherEvents = change.apply(otherEvents);
        return this;
    }

    /** Events of that type without an ordering key get this one; null: none. */
    @SuppressWarnings("unchecked")
    public <E> BusBuilder orderingKey(Class<E> type, Function<? super E, @Nullable String> key) {
        return events(type, settings -> settings.withOrderingKey((Function<Object, @Nullable String>) key));
    }

    public BusBuilder depthMax(int value) {
        depthMax = value;
        return this;
    }

    /**
     * So many are kept on the transport, until they are handled or discarded; what dies beyond stays with the transport
     * that it came over. So many are in memory alone, beyond which the oldest gives way.
     */
    public BusBuilder deadLettersMax(int value) {
        letterLimits = new LetterLimits(value, letterLimits.redrivesMax());
        return this;
    }

    /** So often one dead letter is redriven; then it must be mended or discarded. */
    public BusBuilder redrivesMax(int value) {
        letterLimits = new LetterLimits(letterLimits.lettersMax(), value);
        return this;
    }

    public BusBuilder onDeadLetter(DeadLetterListener listener) {
        deadLetterListeners.add(listener);
        return this;
    }

    /** How long {@link Bus#close()} waits for what was accepted. */
    public BusBuilder drainTimeout(Duration value) {
        drainTimeout = value;
        return this;
    }

    BusBuilder transport(Transport value) {
        transport = value;
        return this;
    }

    /** Events that are published while this process is away wait for it on the transport, under this name: all of them. */
    public BusBuilder durable(String subscriptionName) {
        return durable(subscriptionName, Absence.DEFAULT);
    }

    /** As {@link #durable(String)}, with another bound of what waits. */
    public BusBuilder durable(String subscriptionName, Absence bound) {
        name = subscriptionName;
        absence = bound;
        return this;
    }

    /** Default: {@link Codecs#load()}, which writes JSON and reads every format of the class path. */
    public BusBuilder codec(MessageCodec value) {
        codec = value;
        return this;
    }

    /** What arrives twice is handled once. */
    public BusBuilder inbox(Inbox value) {
        inbox = value;
        return this;
    }

    /** What is published is left there, and sent once it is committed. */
    public BusBuilder outbox(Outbox value) {
        outbox = value;
        return this;
    }

    /**
     * Classes of messages that may come over the transport for handlers of their super types. The permitted classes of
     * sealed types are known without; which class bytes are read as is never said by the bytes.
     */
    public BusBuilder types(Class<?>... values) {
        types.addAll(List.of(values));
        return this;
    }

    /** How long a command without a timeout of its own waits for another process. */
    public BusBuilder requestTimeout(Duration value) {
        requestTimeout = value;
        return this;
    }

    /**
     * @throws io.signalbox.error.SignalboxException if there is a transport and it refuses
     * @throws IllegalStateException if there is one and handlers are to run on the caller's thread, which has none for
     *     what arrives
     */
    public Bus build() {
        String own = name != null
                ? name
                : transport == null
                        ? "bus"
                        : "bus-" + MessageIds.next(TimeSource.monotonic().millis());
        Scheduler threads = scheduler != null ? scheduler : callerRuns ? new CallerRuns() : new VirtualThreads(own);
        try {
            return open(own, threads);
        } catch (RuntimeException | Error refused) {
            threads.close();
            throw refused;
        }
    }

    private Bus open(String own, Scheduler threads) {
        RemoteLink link = transport == null ? null : link(transport, own, threads);
        BusParts parts = new BusParts(
                threads,
                random != null ? random : new ThreadLocalRandoms(),
                registries.get(),
                new Ledger(),
                new Chains(chains),
                errors,
                durations == null ? null : new ForgivingRecorder(durations),
                filter,
                new TypeSettings<>(commandSettings, otherCommands),
                new TypeSettings<>(eventSettings, otherEvents),
                depthMax,
                link == null ? null : link.outbound(),
                stamp,
                ids,
                journal);
        LocalBus bus = new LocalBus(own, parts, registries, letterLimits, deadLetterListeners, drainTimeout, link);
        bus.open();
        return bus;
    }

    private RemoteLink link(Transport over, String own, Scheduler threads) {
        if (threads.callerRuns()) {
            throw new IllegalStateException(
                    "callerRuns() has no thread for what arrives over a transport; leave out one of the two");
        }
        MessageCodec form = codec != null ? codec : Codecs.load();
        return new RemoteLink(
                over,
                new RemoteOptions(
                        own,
                        name != null,
                        absence,
                        form,
                        inbox,
                        outbox,
                        requestTimeout,
                        UNSETTLED_MAX,
                        List.copyOf(types)),
                threads);
    }
}
