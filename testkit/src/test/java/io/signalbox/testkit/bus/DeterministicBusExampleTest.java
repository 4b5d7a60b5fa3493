package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.message.Event;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The examples of docs/bus.md, run; the bus's own test of that document reads them here. */
class DeterministicBusExampleTest {
    record UserCreated(String id, String name) implements Event {}

    record Greeted(String id) implements Event {}

    @Test
    void stepByStep() {
        try (DeterministicBus bus = DeterministicBus.create()) {
            bus.subscribe(UserCreated.class, event -> {
                bus.sleep(Duration.ofMinutes(10)); // takes no time
                bus.publish(new Greeted(event.id()));
            });
            bus.publish(new UserCreated("7", "alice"));
            bus.step();
            bus.recording().assertPublished(new UserCreated("7", "alice"));
            bus.runUntilQuiet();
            bus.recording()
                    .assertPublished(new UserCreated("7", "alice"), new Greeted("7"))
                    .assertCaused(new UserCreated("7", "alice"), new Greeted("7"));
            assertThat(bus.now()).isEqualTo("2026-01-01T00:10:00Z");
        }
    }

    @DeterministicBusTest(runs = 100)
    void nobodyIsGreetedTwice(DeterministicBusBuilder builder) {
        DeterministicBus bus = builder.faults(Faults.NONE
                        .withFailing(0.2)
                        .withDelaying(0.5, Duration.ofSeconds(2))
                        .withDuplicating(0.1)
                        .withReordering(0.3))
                .configure(settings -> settings.events(s -> s.withRetry(RetryPolicy.bus())))
                .build();
        Set<String> known = new HashSet<>();
        List<String> greeted = new ArrayList<>();
        bus.subscribe(UserCreated.class, event -> {
            if (known.add(event.id())) {
                greeted.add(event.id());
            }
        });
        for (int i = 0; i < 10; i++) {
            bus.publish(new UserCreated("" + i, "user " + i));
        }
        bus.runUntilQuiet();
        assertThat(greeted).doesNotHaveDuplicates();
        bus.assertBooksClose();
    }
}
