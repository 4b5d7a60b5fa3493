package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.filter.CelFilter;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever uses none of the bus's optional libraries needs none of them on the class path, as the test kit. */
class OptionalLibrariesTest {
    record Ask() implements Command<String> {}

    record Told(String text) implements Event {}

    @EventHandler
    void told(Told told) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tools.jackson.databind.ObjectMapper",
                "io.micrometer.core.instrument.MeterRegistry",
                "com.github.benmanes.caffeine.cache.Cache",
                "jakarta.validation.Validator",
                "io.github.resilience4j.circuitbreaker.CircuitBreaker",
                "io.opentelemetry.api.OpenTelemetry",
                "dev.cel.compiler.CelCompiler"
            })
    void theyAreNotHere(String type) {
        assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void theBusWorksWithoutThem() {
        try (Bus bus = Bus.builder().callerRuns().build();
                Session session = bus.session("s")) {
            bus.register(this);
            bus.handle(Ask.class, ask -> {
                bus.publish(new Told("x"));
                return CurrentMessage.envelope().id();
            });
            assertThat(session.execute(new Ask()).isSuccess()).isTrue();
            assertThat(bus.ledger().event(Told.class).handled()).isEqualTo(1);
        }
    }

    @Test
    void whatNeedsOneSaysWhich() {
        assertThatThrownBy(() -> CelFilter.compile("true"))
                .isInstanceOf(NoClassDefFoundError.class)
                .hasMessageContaining("dev/cel");
    }
}
