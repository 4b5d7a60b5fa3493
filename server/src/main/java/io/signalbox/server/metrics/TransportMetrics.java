package io.signalbox.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.signalbox.configuration.ConfiguredTransports;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import io.signalbox.transports.composite.spool.SpoolStatus;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The figures of configured transports and bridges. */
final class TransportMetrics {
    private TransportMetrics() {}

    static void bind(ConfiguredTransports transports, MeterRegistry registry) {
        for (String name : transports.health().keySet()) {
            Gauge.builder("signalbox.transport.health", transports, t -> number(t, name))
                    .description("1 up, 0.5 degraded, 0 down, by transport or bridge")
                    .tags(Tags.of("name", name))
                    .register(registry);
        }
        bindSpools(transports, registry);
        for (String bridge : transports.bridgeCounts().keySet()) {
            counter(transports, registry, bridge, "carried", BridgeCounts::carried);
            counter(transports, registry, bridge, "filtered", BridgeCounts::filtered);
            counter(transports, registry, bridge, "rejected", BridgeCounts::rejected);
            counter(transports, registry, bridge, "dropped", BridgeCounts::dropped);
            counter(transports, registry, bridge, "lost", BridgeCounts::lost);
            FunctionCounter.builder(
                            "signalbox.bridge.archive.missed",
                            transports,
                            t -> counts(t, bridge).missed())
                    .description("Copies that a bridge's archive, which need not have them, did not take")
                    .tags(Tags.of("bridge", bridge))
                    .register(registry);
            Gauge.builder(
                            "signalbox.bridge.under.way",
                            transports,
                            t -> counts(t, bridge).underWay())
                    .description("Messages on the bridge that are not answered")
                    .tags(Tags.of("bridge", bridge))
                    .register(registry);
        }
    }

    private static void bindSpools(ConfiguredTransports transports, MeterRegistry registry) {
        for (String name : transports.spools().keySet()) {
            Gauge.builder(
                            "signalbox.spool.messages",
                            transports,
                            t -> spool(t, name).pendingCount())
                    .description("Messages that wait on this machine's disk for a transport")
                    .tags(Tags.of("name", name))
                    .register(registry);
            FunctionCounter.builder(
                            "signalbox.spool.refused",
                            transports,
                            t -> spool(t, name).refusedCount())
                    .description("Spooled messages that the transport will never take, and that were set aside")
                    .tags(Tags.of("name", name))
                    .register(registry);
        }
    }

    private static SpoolStatus spool(ConfiguredTransports transports, String name) {
        return Objects.requireNonNull(transports.spools().get(name));
    }

    private static void counter(
            ConfiguredTransports transports,
            MeterRegistry registry,
            String bridge,
            String outcome,
            ToDoubleFunction<BridgeCounts> count) {
        FunctionCounter.builder("signalbox.bridge.messages", transports, t -> count.applyAsDouble(counts(t, bridge)))
                .description("Messages that came to a bridge, by what became of them")
                .tags(Tags.of("bridge", bridge, "outcome", outcome))
                .register(registry);
    }

    private static BridgeCounts counts(ConfiguredTransports transports, String bridge) {
        return Objects.requireNonNull(transports.bridgeCounts().get(bridge));
    }

    private static double number(ConfiguredTransports transports, String name) {
        return switch (Objects.requireNonNull(transports.health().get(name)).status()) {
            case UP -> 1;
            case DEGRADED -> 0.5;
            case DOWN -> 0;
        };
    }
}
