package io.signalbox.bus.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.middleware.CircuitBreaking;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MeterTest {
    record Add(int a, int b) implements Command<Integer> {}

    record Added(int sum) implements Event {}

    @Test
    void everyNumberIsExportedUnderItsNameAndMoves() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MicrometerMeters meters = new MicrometerMeters(registry);
        CircuitBreaking breaking = new CircuitBreaking();
        BreakerMeters.bind(breaking.breakers(), registry);
        try (Bus bus = Bus.builder()
                .callerRuns()
                .name("shop")
                .durations(meters)
                .middleware(breaking)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            meters.bind(bus);
            bus.handle(
                    Add.class,
                    add -> {
                        if (add.a() < 0) {
                            throw new IllegalStateException("negative");
                        }
                        return add.a() + add.b();
                    },
                    HandlerOptions.named("adder").withDependency("abacus"));
            bus.subscribe(
                    Added.class,
                    added -> {
                        if (added.sum() < 0) {
                            throw new IllegalStateException("negative");
                        }
                    },
                    HandlerOptions.named("books"));
            try (Session session = bus.session("s")) {
                bus.execute(new Add(1, 2));
                bus.execute(new Add(-1, 2));
                for (int i = -1; i < 3; i++) {
                    bus.publish(new Added(i));
                }
                String text = registry.scrape();
                assertThat(text)
                        .contains("events_published_total{bus=\"shop\"} 4.0")
                        .contains("events_processed_total{bus=\"shop\"} 3.0")
                        .contains("events_failed_total{bus=\"shop\"} 1.0")
                        .contains("commands_sent_total{bus=\"shop\"} 2.0")
                        .contains("commands_processed_total{bus=\"shop\"} 1.0")
                        .contains("commands_failed_total{bus=\"shop\"} 1.0")
                        .contains("queue_size{bus=\"shop\"} 0.0")
                        .contains("backpressure_active{bus=\"shop\"} 0.0")
                        .contains("dead_letter_queue_size{bus=\"shop\"} 1.0")
                        .contains("active_sessions{bus=\"shop\"} 1.0")
                        .contains("registered_handlers{bus=\"shop\"} 2.0")
                        .contains("circuit_breaker_state{dependency=\"abacus\"} 0.0")
                        .contains(
                                "event_processing_duration_seconds_count{handler=\"books\",outcome=\"success\",type=\"Added\"} 3")
                        .contains(
                                "command_processing_duration_seconds_count{handler=\"adder\",outcome=\"success\",type=\"Add\"} 1")
                        .contains("command_processing_duration_seconds_bucket{");
            }
            bus.close();
            bus.publish(new Added(1));
            assertThat(registry.scrape()).contains("events_refused_total{bus=\"shop\",reason=\"closed\"} 1.0");
        }
    }

    @Test
    void aDeadLetterThatGivesWayIsCountedWithItsReason() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerMeters meters = new MicrometerMeters(registry);
        try (Bus bus = Bus.builder()
                .callerRuns()
                .deadLettersMax(2)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            meters.bind(bus);
            bus.subscribe(Added.class, added -> {
                throw new IllegalStateException("broken");
            });
            for (int i = 0; i < 5; i++) {
                bus.publish(new Added(i));
            }
            assertThat(registry.get("dead_letters_dropped_total")
                            .tag("reason", "maxlen")
                            .functionCounter()
                            .count())
                    .isEqualTo(3);
        }
    }

    @Test
    void theSameAsOneJsonDocument() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerMeters meters = new MicrometerMeters(registry);
        try (Bus bus = Bus.builder().callerRuns().durations(meters).build()) {
            meters.bind(bus);
            bus.subscribe(Added.class, added -> {}, HandlerOptions.named("books"));
            bus.publish(new Added(1));
            JsonNode document = JsonMapper.builder()
                    .build()
                    .readTree(JsonExport.of(registry, Instant.parse("2026-01-20T10:30:00Z")));
            assertThat(document.get("timestamp").asString()).isEqualTo("2026-01-20T10:30:00Z");
            assertThat(document.get("counters")
                            .get("events_published_total{bus=\"bus\"}")
                            .asDouble())
                    .isEqualTo(1);
            assertThat(document.get("gauges")
                            .get("registered_handlers{bus=\"bus\"}")
                            .asDouble())
                    .isEqualTo(1);
            assertThat(document.get("histograms")
                            .get(
                                    "event_processing_duration_seconds{handler=\"books\",outcome=\"success\",type=\"Added\"}")
                            .get("count")
                            .asDouble())
                    .isEqualTo(1);
        }
    }

    @Test
    void onlyASampleOfTheCallsIsMeasured() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Bus bus = Bus.builder()
                .callerRuns()
                .durations(new MicrometerMeters(registry, 0.1))
                .build()) {
            bus.subscribe(Added.class, added -> {}, HandlerOptions.named("books"));
            for (int i = 0; i < 10_000; i++) {
                bus.publish(new Added(i));
            }
            assertThat(registry.get("event_processing_duration_seconds").timer().count())
                    .isBetween(500L, 1_500L);
        }
        assertThatThrownBy(() -> new MicrometerMeters(registry, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
