package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.Deduplication;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What dead letters know handlers by: no two are taken for one another, whatever they are called. */
class HandlerNamesTest {
    record Ordered(String item) implements Event {}

    /** Registered twice, for two shops. */
    private final class Shop {
        private final String town;

        Shop(String town) {
            this.town = town;
        }

        @EventHandler
        void deliver(Ordered ordered) {
            call(town);
        }
    }

    private final List<String> calls = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();

    private void call(String who) {
        if (broken.contains(who)) {
            throw new IllegalStateException(who + " is broken");
        }
        calls.add(who);
    }

    private static BusBuilder builder() {
        return Bus.builder().callerRuns().errorHandler((envelope, handler, error, attempts) -> {});
    }

    /** Of the one that is broken, which works again when this is over. */
    private DeadLetter onlyLetter(Bus bus) {
        broken.clear();
        assertThat(bus.deadLetters().list()).hasSize(1);
        return bus.deadLetters().list().getFirst();
    }

    private void redriveReaches(Bus bus, String who) {
        DeadLetter letter = onlyLetter(bus);
        calls.clear();
        assertThat(bus.deadLetters().redrive(letter.id()).join()).isEqualTo(Redrive.RESOLVED);
        assertThat(calls).containsExactly(who);
    }

    @Test
    void handlersRegisteredByOneLineOfCodeAreTwoToARedrive() {
        try (Bus bus = builder().build()) {
            for (String who : List.of("mail", "text message", "letter")) {
                bus.subscribe(Ordered.class, ordered -> call(who));
            }
            broken.add("text message");
            bus.publish(new Ordered("book"));
            assertThat(calls).containsExactlyInAnyOrder("mail", "letter");
            redriveReaches(bus, "text message");
        }
    }

    @Test
    void handlersRegisteredByOneLineOfCodeAreTwoToDeduplication() {
        try (Bus bus = builder().middleware(new Deduplication()).build()) {
            for (String who : List.of("mail", "text message")) {
                bus.subscribe(Ordered.class, ordered -> call(who));
            }
            for (int i = 0; i < 2; i++) {
                bus.publish(new Ordered("book"), SendOptions.DEFAULT.withIdempotencyKey("order-7"));
            }
            assertThat(calls).containsExactlyInAnyOrder("mail", "text message");
        }
    }

    @Test
    void objectsOfOneAnnotatedClassAreTwo() {
        try (Bus bus = builder().build()) {
            bus.register(new Shop("Rome"));
            bus.register(new Shop("Oslo"));
            broken.add("Oslo");
            bus.publish(new Ordered("book"));
            redriveReaches(bus, "Oslo");
        }
    }

    @Test
    void aNameGivenTwiceIsNumberedAndFreeAgainWhenItsHandlerIsGone() {
        try (Bus bus = builder().build()) {
            bus.subscribe(Ordered.class, ordered -> call("first"), HandlerOptions.named("printer"));
            for (int i = 0; i < 2; i++) {
                broken.add("second");
                try (var second =
                        bus.subscribe(Ordered.class, ordered -> call("second"), HandlerOptions.named("printer"))) {
                    bus.publish(new Ordered("book"));
                    assertThat(onlyLetter(bus).handler()).isEqualTo("printer#2");
                }
                assertThat(bus.deadLetters().redriveAll(letter -> true).join()).containsKey(Redrive.NO_HANDLER);
                assertThat(bus.deadLetters().discard(onlyLetter(bus).id())).isTrue();
            }
        }
    }

    @Test
    void handlersOfAClassAndOfItsSuperTypeMayHaveOneName() {
        try (Bus bus = builder().middleware(new Deduplication()).build()) {
            bus.subscribe(Event.class, event -> call("of all"), HandlerOptions.named("audit"));
            bus.subscribe(Ordered.class, ordered -> call("of orders"), HandlerOptions.named("audit"));
            broken.add("of orders");
            bus.publish(new Ordered("book"), SendOptions.DEFAULT.withIdempotencyKey("order-7"));
            assertThat(calls).containsExactly("of all");
            assertThat(onlyLetter(bus).handler()).isEqualTo("audit for " + Ordered.class.getName());
            redriveReaches(bus, "of orders");
        }
    }

    @Test
    void aHandlerOfASessionIsNotTakenForOneOfTheBus() {
        try (Bus bus = builder().build()) {
            bus.subscribe(Ordered.class, ordered -> call("bus"), HandlerOptions.named("printer"));
            try (Session session = bus.session("job-123")) {
                session.subscribe(Ordered.class, ordered -> call("session"), HandlerOptions.named("printer"));
                broken.add("bus");
                session.publish(new Ordered("book"));
                redriveReaches(bus, "bus");
                broken.add("session");
                session.publish(new Ordered("pen"));
                assertThat(onlyLetter(bus).handler())
                        .isEqualTo("printer for " + Ordered.class.getName() + " in session job-123");
            }
            calls.clear();
            assertThat(bus.deadLetters().redrive(onlyLetter(bus).id()).join()).isEqualTo(Redrive.NO_HANDLER);
            assertThat(calls).isEmpty();
        }
    }
}
