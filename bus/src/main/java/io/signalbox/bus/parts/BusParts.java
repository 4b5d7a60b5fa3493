package io.signalbox.bus.parts;

import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.ErrorHandler;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.Chains;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.settings.CommandSettings;
import io.signalbox.bus.settings.EventSettings;
import io.signalbox.bus.settings.TypeSettings;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What was decided when the bus was built, and never changes.
 *
 * @param depthMax longest chain of causes
 * @param random for jitter alone; thread safe
 * @param filter what events the bus takes at all
 * @param outbound the transport; null: the bus is this process
 * @param stamp what is done to the options of everything sent; null: nothing
 */
public record BusParts(
        Scheduler scheduler,
        RandomGenerator random,
        Registry registry,
        Ledger ledger,
        Chains chains,
        ErrorHandler errors,
        @Nullable DurationRecorder durations,
        @Nullable Filter filter,
        TypeSettings<CommandSettings> commands,
        TypeSettings<EventSettings> events,
        int depthMax,
        @Nullable Outbound outbound,
        @Nullable UnaryOperator<SendOptions> stamp) {

    /** The options as they go into the envelope. */
    public SendOptions stamped(SendOptions options) {
        return stamp == null ? options : stamp.apply(options);
    }
}
