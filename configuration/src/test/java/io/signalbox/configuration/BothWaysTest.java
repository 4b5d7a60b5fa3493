package io.signalbox.configuration;

import static io.signalbox.configuration.TestServerProvider.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Bridges there and back, and in a round: each subscriber gets a message once. */
final class BothWaysTest extends ConfiguredFixture {
    private static TestClient everything(ConfiguredTransports transports, String name) {
        return TestClient.open(
                        transports.transport(name),
                        SessionOptions.durableSession("all"),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe("orders/#");
    }

    private static void awaitAnswered(ConfiguredTransports transports, long came) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transports.bridgeCounts().values().stream()
                                .mapToLong(counts -> counts.carried() + counts.filtered())
                                .sum()
                        == came);
    }

    private ConfiguredTransports up(String yaml) throws Exception {
        ConfiguredTransports transports = open(yaml);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() ->
                        transports.health().values().stream().allMatch(health -> health.status() == Health.Status.UP));
        return transports;
    }

    @Test
    void whatCameOverOneBridgeDoesNotGoBackOverTheOther() throws Exception {
        ConfiguredTransports transports = up("""
                transports: {a: {type: memory}, b: {type: memory}}
                bridges:
                  - {name: there, from: a, to: b, filters: ["orders/#"]}
                  - {name: back, from: b, to: a, filters: ["orders/#"]}
                """);
        List<TestClient> all = List.of(everything(transports, "a"), everything(transports, "b"));
        TestClient.get(transports.transport("a").publish(message("orders/1", "x")), PATIENCE);
        TestClient.get(transports.transport("b").publish(message("orders/2", "y")), PATIENCE);
        awaitAnswered(transports, 4);
        for (TestClient client : all) {
            client.fence();
            assertThat(client.received().payloads()).containsExactlyInAnyOrder("x", "y");
        }
        assertThat(transports.bridgeCounts().values())
                .allSatisfy(counts -> assertThat(counts)
                        .extracting(BridgeCounts::carried, BridgeCounts::filtered)
                        .containsExactly(1L, 1L));
    }

    @Test
    void aRoundEndsWhereItBegan() throws Exception {
        ConfiguredTransports transports = up("""
                transports: {a: {type: memory}, b: {type: memory}, c: {type: memory}}
                bridges:
                  - {name: one, from: a, to: b, filters: ["orders/#"]}
                  - {name: two, from: b, to: c, filters: ["orders/#"]}
                  - {name: three, from: c, to: a, filters: ["orders/#"]}
                """);
        List<TestClient> all =
                List.of(everything(transports, "a"), everything(transports, "b"), everything(transports, "c"));
        TestClient.get(transports.transport("b").publish(message("orders/1", "x")), PATIENCE);
        awaitAnswered(transports, 3);
        for (TestClient client : all) {
            client.fence();
            assertThat(client.received().payloads()).containsExactly("x");
        }
    }
}
