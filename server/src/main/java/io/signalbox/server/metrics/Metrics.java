package io.signalbox.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.signalbox.broker.Broker;
import io.signalbox.configuration.ConfiguredTransports;
import io.signalbox.gateway.listener.Certificates;
import io.signalbox.gateway.listener.CounterDescriptor;
import io.signalbox.gateway.listener.Counters;
import java.util.function.LongSupplier;

/** Everything that {@code /metrics} shows. */
public final class Metrics implements AutoCloseable {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** A field, since a counter keeps what it asks weakly. */
    private LongSupplier withheld = () -> 0;

    public Metrics(Broker broker) {
        BrokerMetrics.bind(broker, registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }

    /** @param gateway told apart by it in the label of that name, such as {@code mqtt} */
    public <E extends Enum<E> & CounterDescriptor> void bind(String gateway, Counters<E> counters) {
        for (E descriptor : counters.descriptors()) {
            Tags tags = Tags.of("gateway", gateway);
            int equals = descriptor.label().indexOf('=');
            // Meters of one name must have the same labels; those without one have it empty.
            boolean labelled = counters.descriptors().stream()
                    .anyMatch(d ->
                            d.metric().equals(descriptor.metric()) && d.label().contains("="));
            if (equals > 0) {
                tags = tags.and(
                        descriptor.label().substring(0, equals),
                        descriptor.label().substring(equals + 1));
            } else if (labelled) {
                tags = tags.and("reason", "");
            }
            String name = "signalbox." + descriptor.metric();
            if (descriptor.gauge()) {
                Gauge.builder(name, counters, c -> c.value(descriptor))
                        .description(descriptor.meaning())
                        .tags(tags)
                        .register(registry);
            } else {
                FunctionCounter.builder(name, counters, c -> c.value(descriptor))
                        .description(descriptor.meaning())
                        .tags(tags)
                        .register(registry);
            }
        }
    }

    /** When what a port shows is no longer valid. */
    public void bind(String gateway, Certificates shown) {
        Gauge.builder("signalbox.listener.tls.expiry", shown, Certificates::expirySeconds)
                .description("When the first certificate of the chain expires")
                .baseUnit("seconds")
                .tags(Tags.of("gateway", gateway))
                .register(registry);
    }

    /** @param withheld deliveries that their receivers had no right to */
    public void bind(ConfiguredTransports transports, LongSupplier withheld) {
        TransportMetrics.bind(transports, registry);
        this.withheld = withheld;
        FunctionCounter.builder("signalbox.front.withheld", this, metrics -> metrics.withheld.getAsLong())
                .description("Deliveries of the default transport that their receivers had no right to")
                .register(registry);
    }

    /** For rooms that time what they do. */
    public MeterRegistry registry() {
        return registry;
    }

    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
