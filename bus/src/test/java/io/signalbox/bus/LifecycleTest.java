package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.lifecycle.CommandFinished;
import io.signalbox.bus.lifecycle.CommandStarted;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    record Add(int a, int b) implements Command<Integer> {}

    @Test
    void whoListensHearsOfTheBeginningAndTheResultWithTheCommandAsTheirCause() {
        List<Object> told = new ArrayList<>();
        List<String> causes = new ArrayList<>();
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.handle(Add.class, add -> add.a() + add.b());
            bus.execute(new Add(0, 0));
            bus.subscribe(CommandStarted.class, started -> {
                told.add(started.command().message());
                causes.add(CurrentMessage.envelope().causationId().orElseThrow());
            });
            bus.subscribe(CommandFinished.class, finished -> {
                told.add(finished.result());
                causes.add(finished.command().id());
            });
            bus.execute(new Add(1, 2));
        }
        assertThat(told).containsExactly(new Add(1, 2), new CommandResult.Success<>(3));
        assertThat(causes.get(0)).isEqualTo(causes.get(1));
    }

    @Test
    void aFullLaneOfLifecycleEventsHoldsUpNoCommand() {
        ManualScheduler time = new ManualScheduler();
        try (Bus bus = Bus.builder()
                .scheduler(new NeverRuns(time))
                .drainTimeout(java.time.Duration.ofMillis(1))
                .events(CommandStarted.class, s -> s.withCapacity(4))
                .build()) {
            bus.handle(Add.class, add -> 1);
            bus.subscribe(CommandStarted.class, started -> {});
            for (int i = 0; i < 100; i++) {
                assertThat(bus.execute(new Add(1, 2)).isSuccess()).isTrue();
            }
            assertThat(bus.ledger().event(CommandStarted.class).queued()).isEqualTo(4);
            assertThat(bus.ledger().event(CommandStarted.class).dropped().values())
                    .containsExactly(96L);
        }
    }
}
