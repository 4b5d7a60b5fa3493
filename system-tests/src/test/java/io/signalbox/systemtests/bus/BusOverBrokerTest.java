package io.signalbox.systemtests.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.bus.Bus;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.deadletter.RedrivePlan;
import io.signalbox.bus.deadletter.RedriveReport;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several buses in one JVM, with nothing in common but a broker. */
class BusOverBrokerTest {
    @Message(name = "double-it")
    record Twice(int number) implements Command<Integer> {}

    @Message(name = "counted", topic = "tests.counted")
    record Counted(int number) implements Event {}

    @TempDir
    Path folder;

    private EmbeddedBroker broker;

    @BeforeEach
    void open() throws IOException {
        broker = EmbeddedBroker.open(
                BrokerConfig.DEFAULT, LogConfig.defaults(folder), Authorizer.ALLOW_ALL, TimeSource.monotonic());
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private Bus bus(String name) {
        return Bus.over(broker)
                .name(name)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    @Test
    void aCommandIsAnsweredByTheOneBusThatHandlesIt() {
        try (Bus asking = bus("asking")) {
            assertThat(asking.execute(new Twice(1)))
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.NO_HANDLER));
            try (Bus one = bus("one");
                    Bus two = bus("two")) {
                AtomicInteger calls = new AtomicInteger();
                one.handle(Twice.class, twice -> {
                    calls.incrementAndGet();
                    return twice.number() * 2;
                });
                two.handle(Twice.class, twice -> {
                    calls.incrementAndGet();
                    return twice.number() * 2;
                });
                for (int i = 0; i < 100; i++) {
                    assertThat(asking.execute(new Twice(i)).orElseThrow()).isEqualTo(2 * i);
                }
                assertThat(calls).hasValue(100);
            }
        }
    }

    @Test
    void anEventReachesEveryBusInTheOrderItWasPublished() {
        List<Integer> here = new CopyOnWriteArrayList<>();
        List<Integer> there = new CopyOnWriteArrayList<>();
        try (Bus a = Bus.over(broker)
                        .name("a")
                        .events(s -> s.withConcurrencyMax(1))
                        .build();
                Bus b = Bus.over(broker)
                        .name("b")
                        .events(s -> s.withConcurrencyMax(1))
                        .build()) {
            a.subscribe(Counted.class, counted -> here.add(counted.number()));
            b.subscribe(Counted.class, counted -> there.add(counted.number()));
            for (int i = 0; i < 500; i++) {
                assertThat(a.publish(new Counted(i))).isEqualTo(PublishResult.ACCEPTED);
            }
            await().untilAsserted(() -> assertThat(here).hasSize(500));
            await().untilAsserted(() -> assertThat(there).hasSize(500));
        }
        assertThat(here).isSorted();
        assertThat(there).isSorted();
    }

    @Test
    void whatABusWithoutANameCannotKeepIsADeadLetterOfTheBroker() {
        try (Bus nameless = Bus.over(broker)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            nameless.subscribe(Counted.class, counted -> {
                throw new IllegalStateException("broken");
            });
            nameless.publish(new Counted(7));
            await().untilAsserted(() -> assertThat(broker.deadLetters().count()).isEqualTo(1));
            assertThat(broker.deadLetters()
                            .list(DeadLetters.Query.all(10))
                            .getFirst()
                            .message()
                            .payloadText())
                    .isEqualTo("{\"number\":7}");
        }
    }

    @Test
    void deadLettersOfABusOutliveTheBroker() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        try (Bus a = bus("a")) {
            a.subscribe(
                    Counted.class,
                    counted -> {
                        attempts.incrementAndGet();
                        throw new IllegalStateException("broken");
                    },
                    HandlerOptions.named("counter").withRetry(RetryPolicy.immediately(2)));
            for (int i = 0; i < 20; i++) {
                a.publish(new Counted(i), SendOptions.DEFAULT.withOrderingKey("key " + i));
            }
            await().untilAsserted(() -> assertThat(a.deadLetters().size()).isEqualTo(20));
        }
        broker.close();
        open();
        List<Integer> redriven = new CopyOnWriteArrayList<>();
        try (Bus a = bus("a")) {
            assertThat(a.deadLetters().list()).hasSize(20).allSatisfy(letter -> {
                assertThat(letter.attempts()).isEqualTo(3);
                assertThat(letter.durable()).isTrue();
            });
            a.subscribe(Counted.class, counted -> redriven.add(counted.number()), HandlerOptions.named("counter"));
            List<Integer> listed = a.deadLetters().list().stream()
                    .map(letter -> ((Counted) letter.envelope().message()).number())
                    .toList();
            assertThat(a.deadLetters().redrive(RedrivePlan.all().withCanary()).join())
                    .isEqualTo(new RedriveReport(Map.of(Redrive.RESOLVED, 20), 0));
            assertThat(redriven).isEqualTo(listed).doesNotHaveDuplicates();
        }
        assertThat(attempts).hasValue(60);
        try (Bus a = bus("a")) {
            assertThat(a.deadLetters().list()).isEmpty();
        }
    }

    @Test
    void aDurableBusFindsWhatCameWhileItWasAway() {
        Set<Integer> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();
        Bus first = Bus.over(broker).durable("billing").build();
        first.subscribe(Counted.class, counted -> seen.add(counted.number()));
        first.close();
        try (Bus other = bus("other")) {
            for (int i = 0; i < 50; i++) {
                assertThat(other.publish(new Counted(i))).isEqualTo(PublishResult.ACCEPTED);
            }
        }
        assertThat(seen).isEmpty();
        try (Bus second = Bus.over(broker).durable("billing").build()) {
            second.subscribe(Counted.class, counted -> seen.add(counted.number()));
            await().untilAsserted(() -> assertThat(seen).hasSize(50));
        }
    }
}
