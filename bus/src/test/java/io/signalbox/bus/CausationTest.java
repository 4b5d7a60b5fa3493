package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.SendOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CausationTest {
    record Order(String item) implements Command<String> {}

    record Ordered(String item) implements Event {}

    record Shipped(String item) implements Event {}

    private final Bus bus = Bus.builder().callerRuns().build();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void whatIsSentFromWithinAHandlerHasTheHandledMessageAsItsCause() {
        List<Envelope<?>> seen = new ArrayList<>();
        bus.handle(Order.class, order -> {
            seen.add(CurrentMessage.envelope());
            bus.publish(new Ordered(order.item()));
            return "ok";
        });
        bus.subscribe(Ordered.class, ordered -> {
            seen.add(CurrentMessage.envelope());
            bus.publish(new Shipped(ordered.item()));
        });
        bus.subscribe(Shipped.class, shipped -> seen.add(CurrentMessage.envelope()));
        bus.execute(new Order("book"));
        Envelope<?> order = seen.get(0);
        Envelope<?> ordered = seen.get(1);
        Envelope<?> shipped = seen.get(2);
        assertThat(order.causationId()).isEmpty();
        assertThat(order.correlationId()).isEqualTo(order.id());
        assertThat(ordered.causationId()).contains(order.id());
        assertThat(shipped.causationId()).contains(ordered.id());
        assertThat(shipped.correlationId()).isEqualTo(order.id());
        assertThat(order.id()).isNotEqualTo(ordered.id());
    }

    @Test
    void aGivenCorrelationIsHandedOn() {
        List<String> correlations = new ArrayList<>();
        bus.subscribe(Ordered.class, ordered -> bus.publish(new Shipped(ordered.item())));
        bus.subscribe(
                Shipped.class,
                shipped -> correlations.add(CurrentMessage.envelope().correlationId()));
        bus.publish(new Ordered("book"), SendOptions.DEFAULT.withCorrelationId("case-7"));
        assertThat(correlations).containsExactly("case-7");
    }

    @Test
    void afterTheHandlerThereIsNoMessage() {
        bus.handle(Order.class, order -> "ok");
        bus.execute(new Order("book"));
        assertThat(CurrentMessage.isPresent()).isFalse();
        assertThatThrownBy(CurrentMessage::envelope).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEnvelopeThatWasKeptStaysWhatItWas() {
        List<Envelope<?>> seen = new ArrayList<>();
        bus.handle(Order.class, order -> {
            seen.add(CurrentMessage.envelope());
            return "ok";
        });
        bus.execute(new Order("a"));
        bus.execute(new Order("b"));
        assertThat(seen.get(0).message()).isEqualTo(new Order("a"));
        assertThat(seen.get(1).message()).isEqualTo(new Order("b"));
        assertThat(seen.get(0).id()).isNotEqualTo(seen.get(1).id());
    }

    @Test
    void nestedHandlersEachSeeTheirOwnMessage() {
        List<Object> seen = new ArrayList<>();
        bus.handle(Order.class, order -> {
            bus.publish(new Ordered(order.item()));
            seen.add(CurrentMessage.envelope().message());
            return "ok";
        });
        bus.subscribe(
                Ordered.class, ordered -> seen.add(CurrentMessage.envelope().message()));
        bus.execute(new Order("book"));
        assertThat(seen).containsExactly(new Ordered("book"), new Order("book"));
    }

    @Test
    void aHandlerOnAnotherThreadHasItsCauseToo() {
        try (Bus concurrent = Bus.create()) {
            CompletableFuture<Envelope<?>> shipped = new CompletableFuture<>();
            CompletableFuture<Envelope<?>> ordered = new CompletableFuture<>();
            concurrent.subscribe(Ordered.class, event -> {
                ordered.complete(CurrentMessage.envelope());
                concurrent.publish(new Shipped(event.item()));
            });
            concurrent.subscribe(Shipped.class, event -> shipped.complete(CurrentMessage.envelope()));
            concurrent.publish(new Ordered("book"));
            assertThat(shipped.join().causationId()).contains(ordered.join().id());
        }
    }
}
