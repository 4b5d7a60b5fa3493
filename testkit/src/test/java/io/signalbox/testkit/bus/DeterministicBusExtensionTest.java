package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class DeterministicBusExtensionTest {
    private static final List<Long> SEEDS = new ArrayList<>();
    private static final List<DeterministicBus> BUSES = new ArrayList<>();

    /** Not run by itself: its name does not end in Test. */
    static class Samples {
        @DeterministicBusTest(runs = 3, seed = 40)
        void passes(DeterministicBus bus, DeterministicBusBuilder builder) {
            assertThat(builder.seed()).isEqualTo(bus.seed());
            SEEDS.add(bus.seed());
            BUSES.add(bus);
        }

        @DeterministicBusTest(runs = 3, seed = 40)
        void failsWithSeed41(DeterministicBus bus) {
            SEEDS.add(bus.seed());
            assertThat(bus.seed()).isNotEqualTo(41);
        }
    }

    @BeforeEach
    void forget() {
        SEEDS.clear();
        BUSES.clear();
    }

    private static EngineExecutionResults run(String method, String... seedProperty) {
        String before = System.getProperty(Seeds.PROPERTY);
        try {
            System.clearProperty(Seeds.PROPERTY);
            for (String seed : seedProperty) {
                System.setProperty(Seeds.PROPERTY, seed);
            }
            String parameters = method.equals("passes")
                    ? "DeterministicBus,io.signalbox.testkit.bus.DeterministicBusBuilder"
                    : "DeterministicBus";
            return EngineTestKit.engine("junit-jupiter")
                    .selectors(selectMethod(
                            Samples.class.getName() + "#" + method + "(io.signalbox.testkit.bus." + parameters + ")"))
                    .execute();
        } finally {
            if (before == null) {
                System.clearProperty(Seeds.PROPERTY);
            } else {
                System.setProperty(Seeds.PROPERTY, before);
            }
        }
    }

    @Test
    void runsWithAsManySeedsAsAskedForAndClosesWhatItBuilt() {
        run("passes").testEvents().assertStatistics(all -> all.succeeded(3).failed(0));
        assertThat(SEEDS).containsExactly(40L, 41L, 42L);
        assertThat(BUSES).hasSize(3).noneMatch(bus -> bus.status().open());
    }

    @Test
    void aFailureCarriesTheSeedThatRepeatsIt() {
        EngineExecutionResults results = run("failsWithSeed41");
        results.testEvents().assertStatistics(all -> all.succeeded(2).failed(1));
        assertThat(results.testEvents().failed().list()).singleElement().satisfies(event -> {
            assertThat(event.getTestDescriptor().getDisplayName()).isEqualTo("seed 41");
            assertThat(event.getRequiredPayload(TestExecutionResult.class)
                            .getThrowable()
                            .orElseThrow()
                            .getSuppressed())
                    .singleElement()
                    .satisfies(note -> assertThat(note).hasMessageContaining("-Dsignalbox.seed=41"));
        });
    }

    @Test
    void thePropertyChoosesTheOnlySeed() {
        run("failsWithSeed41", "41")
                .testEvents()
                .assertStatistics(all -> all.succeeded(0).failed(1));
        assertThat(SEEDS).containsExactly(41L);
    }
}
