package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Reason;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong, and in whatever order: nothing is lost that is not counted, and nothing is counted twice. */
class ConservationSimulationTest {
    private static final int RUNS = 1_000;

    private long handled;
    private long dead;
    private long steps;
    private final Map<Reason, Long> refused = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> dropped = new EnumMap<>(Reason.class);

    @Test
    void theBooksCloseInAThousandRunsWithRandomFaults() {
        long start = System.nanoTime();
        Simulation.run(RUNS, builder -> {
            DeterministicBus bus = RandomTraffic.run(builder);
            bus.assertBooksClose();
            bus.ledger().events().forEach(this::count);
            steps += bus.steps();
            bus.close();
            bus.assertBooksClose();
            assertThat(bus.ledger().queued()).isZero();
            assertThat(bus.ledger().pendingEvents()).isZero();
        });
        System.out.printf(
                "%d runs, %d steps, %d ms: %d events handled, %d dead, refused %s, dropped %s%n",
                RUNS, steps, (System.nanoTime() - start) / 1_000_000, handled, dead, refused, dropped);
        if (System.getProperty(Seeds.PROPERTY) == null) {
            // The faults did happen.
            assertThat(handled).isGreaterThan(RUNS);
            assertThat(dead).isGreaterThan(RUNS);
            assertThat(refused).containsKeys(Reason.QUEUE_FULL, Reason.RATE_LIMITED, Reason.PARKED);
            assertThat(dropped).containsKey(Reason.DROPPED_OLDEST);
        }
    }

    private void count(EventLine line) {
        handled += line.handled();
        dead += line.dead();
        line.refused().forEach((reason, count) -> refused.merge(reason, count, Long::sum));
        line.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
    }
}
