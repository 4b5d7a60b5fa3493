package io.signalbox.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerStats;
import io.signalbox.transport.Health;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The broker's figures. One look at the broker serves all meters of a scrape. */
final class BrokerMetrics {
    private static final long FRESH_NANOS = 100_000_000L;

    private final Supplier<BrokerStats> source;
    private BrokerStats stats;
    private long takenNanos;

    private BrokerMetrics(Broker broker) {
        source = broker::stats;
        stats = broker.stats();
        takenNanos = System.nanoTime() - FRESH_NANOS;
    }

    static void bind(Broker broker, MeterRegistry registry) {
        BrokerMetrics metrics = new BrokerMetrics(broker);
        metrics.gauge(registry, "signalbox.sessions", "Sessions known, connected or not", BrokerStats::sessions);
        metrics.gauge(registry, "signalbox.sessions.connected", "Sessions with a connection", BrokerStats::connected);
        metrics.gauge(registry, "signalbox.routes.exact", "Subscriptions to one topic", BrokerStats::exactRoutes);
        metrics.gauge(
                registry, "signalbox.routes.wildcard", "Subscriptions with a wildcard", BrokerStats::wildcardRoutes);
        metrics.gauge(registry, "signalbox.queued", "Deliveries waiting or unsettled", BrokerStats::queued);
        metrics.gauge(
                registry, "dead.letter.queue.size", "Dead letters that are not resolved", BrokerStats::deadLetters);
        metrics.gauge(registry, "signalbox.topics", "Topics with a history or a retained message", BrokerStats::topics);
        metrics.gauge(registry, "signalbox.retained", "Retained messages", BrokerStats::retained);
        metrics.gauge(registry, "signalbox.storage.files", "Segment files", BrokerStats::storageFiles);
        metrics.gauge(registry, "signalbox.storage.bytes", "Bytes of segment files", BrokerStats::storageBytes);
        metrics.gauge(
                registry,
                "signalbox.buffered.bytes",
                "Payload held in memory for delivery",
                BrokerStats::bufferedBytes);
        metrics.gauge(
                registry,
                "signalbox.last.sequence",
                "Number of the newest message of the log",
                BrokerStats::lastSequence);
        metrics.counter(registry, "events.published", "Publishes accepted", BrokerStats::published);
        metrics.counter(registry, "events.processed", "Deliveries handed over", BrokerStats::delivered);
        metrics.counter(registry, "signalbox.expired", "Deliveries that expired first", BrokerStats::expired);
        metrics.counter(
                registry, "signalbox.dropped", "Deliveries given up, for whatever reason", BrokerStats::dropped);
        Gauge.builder(
                        "signalbox.ledger.mismatches",
                        broker,
                        b -> b.ledger().mismatches().size())
                .description("Ledger lines that do not balance; anything but 0 is a bug")
                .register(registry);
        Gauge.builder("signalbox.health", broker, b -> health(b.health()))
                .description("1 up, 0.5 durable publishes are refused, 0 down")
                .register(registry);
    }

    private static double health(Health health) {
        return switch (health.status()) {
            case UP -> 1;
            case DEGRADED -> 0.5;
            case DOWN -> 0;
        };
    }

    private void gauge(MeterRegistry registry, String name, String meaning, ToDoubleFunction<BrokerStats> figure) {
        Gauge.builder(name, this, m -> figure.applyAsDouble(m.current()))
                .description(meaning)
                .strongReference(true)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, String meaning, ToDoubleFunction<BrokerStats> figure) {
        FunctionCounter.builder(name, this, m -> figure.applyAsDouble(m.current()))
                .description(meaning)
                .register(registry);
    }

    private synchronized BrokerStats current() {
        long now = System.nanoTime();
        if (now - takenNanos > FRESH_NANOS) {
            stats = source.get();
            takenNanos = now;
        }
        return stats;
    }
}
