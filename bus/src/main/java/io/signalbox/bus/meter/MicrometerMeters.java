package io.signalbox.bus.meter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.signalbox.bus.Bus;
import io.signalbox.bus.ledger.CommandLine;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Reason;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * A bus in a Micrometer registry, under the names of {@link Meter}. Counters and gauges are read from the bus's own
 * books when somebody exports, and cost nothing until then; durations are measured for a sample of the calls:
 *
 * <pre>{@code
 * var meters = new MicrometerMeters(registry, 0.1);
 * Bus bus = Bus.builder().durations(meters).build();
 * meters.bind(bus);
 * }</pre>
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path.
 */
public final class MicrometerMeters implements DurationRecorder {
    private final MeterRegistry registry;
    private final double sampleRate;
    private final ConcurrentHashMap<Key, Timer> timers = new ConcurrentHashMap<>();

    private record Key(Meter meter, String type, String handler, boolean succeeded) {}

    public MicrometerMeters(MeterRegistry registry) {
        this(registry, 1);
    }

    /**
     * @param sampleRate 0 to 1: the part of the calls whose duration is measured
     * @throws IllegalArgumentException outside of that
     */
    public MicrometerMeters(MeterRegistry registry, double sampleRate) {
        if (!(sampleRate >= 0 && sampleRate <= 1)) {
            throw new IllegalArgumentException("sampleRate " + sampleRate + " must be from 0 to 1");
        }
        this.registry = registry;
        this.sampleRate = sampleRate;
    }

    @Override
    public boolean samples() {
        return sampleRate >= 1 || ThreadLocalRandom.current().nextDouble() < sampleRate;
    }

    @Override
    public void event(Class<?> type, String handler, long nanos, boolean succeeded) {
        record(new Key(Meter.EVENT_DURATION, type.getSimpleName(), handler, succeeded), nanos);
    }

    @Override
    public void command(Class<?> type, String handler, long nanos, boolean succeeded) {
        record(new Key(Meter.COMMAND_DURATION, type.getSimpleName(), handler, succeeded), nanos);
    }

    private void record(Key key, long nanos) {
        timers.computeIfAbsent(key, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder(key.meter.exportedName())
                .description(key.meter.meaning())
                .tags("type", key.type, "handler", key.handler, "outcome", key.succeeded ? "success" : "failure")
                .publishPercentileHistogram()
                .register(registry);
    }

    /** Held weakly by the registry: the meters of a bus that is gone read as nothing. */
    public void bind(Bus bus) {
        Tags tags = Tags.of("bus", bus.name());
        events(bus, tags, Meter.EVENTS_PUBLISHED, EventLine::published);
        events(bus, tags, Meter.EVENTS_PROCESSED, EventLine::handled);
        events(bus, tags, Meter.EVENTS_FAILED, EventLine::dead);
        commands(bus, tags, Meter.COMMANDS_SENT, CommandLine::sent);
        commands(bus, tags, Meter.COMMANDS_PROCESSED, CommandLine::succeeded);
        commands(bus, tags, Meter.COMMANDS_FAILED, CommandLine::failed);
        for (Reason reason : Reason.values()) {
            Tags because = tags.and("reason", reason.code());
            events(bus, because, Meter.EVENTS_REFUSED, line -> line.refused().getOrDefault(reason, 0L));
            events(bus, because, Meter.EVENTS_DROPPED, line -> line.dropped().getOrDefault(reason, 0L));
            commands(
                    bus,
                    because,
                    Meter.COMMANDS_REJECTED,
                    line -> line.rejected().getOrDefault(reason, 0L));
        }
        Tags atTheBound = tags.and("reason", Reason.MAXLEN.code());
        counter(
                bus,
                atTheBound,
                Meter.DEAD_LETTERS_DROPPED,
                b -> b.deadLetters().evicted());
        gauge(bus, tags, Meter.QUEUE_SIZE, b -> b.status().queuedEvents());
        gauge(bus, tags, Meter.BACKPRESSURE_ACTIVE, b -> b.status().typesUnderPressure());
        gauge(bus, tags, Meter.DEAD_LETTER_QUEUE_SIZE, b -> b.status().deadLetters());
        gauge(bus, tags, Meter.ACTIVE_SESSIONS, b -> b.status().openSessions());
        gauge(bus, tags, Meter.REGISTERED_HANDLERS, b -> b.status().registeredHandlers());
    }

    private void events(Bus bus, Tags tags, Meter meter, ToLongFunction<EventLine> of) {
        counter(
                bus,
                tags,
                meter,
                b -> b.ledger().events().stream().mapToLong(of).sum());
    }

    private void commands(Bus bus, Tags tags, Meter meter, ToLongFunction<CommandLine> of) {
        counter(
                bus,
                tags,
                meter,
                b -> b.ledger().commands().stream().mapToLong(of).sum());
    }

    private void counter(Bus bus, Tags tags, Meter meter, ToDoubleFunction<Bus> value) {
        FunctionCounter.builder(meter.exportedName(), bus, value)
                .description(meter.meaning())
                .tags(tags)
                .register(registry);
    }

    private void gauge(Bus bus, Tags tags, Meter meter, ToDoubleFunction<Bus> value) {
        Gauge.builder(meter.exportedName(), bus, value)
                .description(meter.meaning())
                .tags(tags)
                .register(registry);
    }
}
