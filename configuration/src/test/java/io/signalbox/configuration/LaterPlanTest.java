package io.signalbox.configuration;

import static io.signalbox.configuration.TestServerProvider.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A server that was absent at the start and turns out to give less than was declared. */
final class LaterPlanTest extends ConfiguredFixture {
    @Test
    void aServerThatArrivesWithLessThanWasDeclaredTakesNothingUntilItGivesIt() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x: {type: test-server, server: SERVER, gives: buffered}
                messages: [{type: Payment, transport: x, needs: [synced]}]
                """);
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> refusal(transports.transport("x"), "a") == ReasonCode.PLAN_UNMET);
        assertThat(health(transports).status()).isEqualTo(Health.Status.DOWN);
        assertThat(health(transports).detail()).contains("Payment needs synced, which the transport 'x' does not give");
        server.gives = Durability.SYNCED;
        Awaitility.await().atMost(PATIENCE).until(() -> health(transports).status() == Health.Status.UP);
        TestClient.get(transports.transport("x").publish(message("a", "x")), PATIENCE);
    }

    @Test
    void aBridgeToAServerThatGivesLessThanWasDeclaredWaitsAndRejectsNothing() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  near: {type: memory}
                  x: {type: test-server, server: SERVER, gives: buffered}
                messages: [{topics: payments/#, transport: x, needs: [synced]}]
                bridges: [{name: all, from: near, to: x, filters: ["#"]}]
                """);
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> refusal(transports.transport("x"), "a") == ReasonCode.PLAN_UNMET);
        for (int i = 0; i < 50; i++) {
            TestClient.get(transports.transport("near").publish(message("orders/1", "m" + i)), PATIENCE);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> bridge(transports).underWay() == 50);
        assertThat(server.holding().sent()).isEmpty();
        server.gives = Durability.SYNCED;
        Awaitility.await().atMost(PATIENCE).until(() -> bridge(transports).carried() == 50);
        assertThat(bridge(transports).rejected()).isZero();
        assertThat(server.holding().sent()).containsExactlyElementsOf(numbered(50));
    }

    @Test
    void aSpoolDoesNotDrainIntoAServerThatGivesLessThanWasDeclared() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x:
                    type: test-server
                    server: SERVER
                    gives: buffered
                    when-absent: spool
                    spool: {directory: FOLDER/spool}
                messages: [{topics: payments/#, transport: x, needs: [synced]}]
                """);
        for (int i = 0; i < 5; i++) {
            TestClient.get(transports.transport("x").publish(message("payments/1", "m" + i)), PATIENCE);
        }
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> health(transports).detail().contains("payments/# needs synced"));
        TestClient.get(transports.transport("x").publish(message("payments/1", "m5")), PATIENCE);
        assertThat(health(transports).status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(spool(transports).pendingCount()).isEqualTo(6);
        assertThat(server.holding().sent()).isEmpty();
        server.gives = Durability.SYNCED;
        Awaitility.await().atMost(PATIENCE).until(() -> !spool(transports).spooling());
        assertThat(server.holding().sent()).containsExactlyElementsOf(numbered(6));
    }

    /** Two of three are enough, and the third may never come. */
    @Test
    void aQuorumOfWhichAllWereAbsentGoesOnWithThoseThatArrive() throws Exception {
        ConfiguredTransports transports = open("""
                transport: three
                transports:
                  three: {type: composite, strategy: quorum, members: [x, y, z], answer-timeout: 20s}
                  x: {type: test-server, server: SERVER}
                  y: {type: test-server, server: SERVER-second}
                  z: {type: test-server, server: SERVER-never}
                messages: [{topics: orders/#, needs: [synced]}]
                """);
        assertThat(refusal(transports.transport(), "orders/1")).isEqualTo(ReasonCode.BUSY);
        server.arrives();
        TestServerProvider.server(name + "-second").arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transports.transport().health().status() == Health.Status.DEGRADED);
        TestClient.get(transports.transport().publish(message("orders/1", "x")), PATIENCE);
        assertThat(server.holding().sent()).containsExactly("x");
    }
}
