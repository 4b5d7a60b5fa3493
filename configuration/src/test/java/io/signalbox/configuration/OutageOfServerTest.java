package io.signalbox.configuration;

import static io.signalbox.configuration.TestServerProvider.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.configuration.TestServerProvider.Server;
import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Health;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What spools and bridges do while a server is away, and what becomes of what it then refuses. */
final class OutageOfServerTest extends ConfiguredFixture {
    @Test
    void whatWasSpooledAndIsRefusedForGoodIsOnDiskWithTheReason() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x:
                    type: test-server
                    server: SERVER
                    when-absent: spool
                    spool: {directory: FOLDER/spool}
                """);
        TestClient.get(transports.transport("x").publish(message("orders/7", "too much")), PATIENCE);
        server.transport().faults().refuseNext(1, ReasonCode.PAYLOAD_TOO_LARGE);
        server.arrives();
        Awaitility.await().atMost(PATIENCE).until(() -> spool(transports).refusedCount() == 1);
        Path kept = folder.resolve("spool/refused/refused.ndjson");
        assertThat(read(kept))
                .contains("\"topic\":\"orders/7\"", "\"refused\":\"payload-too-large\"")
                .contains(Base64.getEncoder().encodeToString("too much".getBytes(StandardCharsets.UTF_8)))
                .endsWith("}\n");
        Awaitility.await().atMost(PATIENCE).until(() -> !spool(transports).spooling());
        assertThat(health(transports))
                .isEqualTo(new Health(
                        Health.Status.DEGRADED,
                        "1 messages that were spooled and then refused are in " + kept
                                + "; look at them and move the file away"));
        transports.close();
        assertThat(health(open("""
                        transports:
                          x:
                            type: test-server
                            server: SERVER
                            when-absent: spool
                            spool: {directory: FOLDER/spool}
                        """)).detail()).startsWith("1 messages");
        Files.move(kept, folder.resolve("looked-at"));
        assertThat(health(opened.getLast())).isEqualTo(Health.UP);
    }

    @Test
    void whatWasSpooledAndIsRefusedStaysUntilWhereItGoesToHasIt() throws Exception {
        Server archive = TestServerProvider.server(name + "-archive");
        ConfiguredTransports transports = open("""
                transports:
                  x:
                    type: test-server
                    server: SERVER
                    when-absent: spool
                    spool: {directory: FOLDER/spool, refused-to: y}
                  y: {type: test-server, server: SERVER-archive}
                """);
        TestClient.get(transports.transport("x").publish(message("orders/7", "too much")), PATIENCE);
        server.transport().faults().refuseNext(1_000_000, ReasonCode.PAYLOAD_TOO_LARGE);
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> health(transports).detail().contains("could not be put elsewhere"));
        assertThat(spool(transports).pendingCount()).isEqualTo(1);
        assertThat(spool(transports).refusedCount()).isZero();
        archive.arrives();
        Awaitility.await().atMost(PATIENCE).until(() -> spool(transports).refusedCount() == 1);
        assertThat(archive.holding().sent()).contains("too much");
        Awaitility.await().atMost(PATIENCE).until(() -> spool(transports).pendingCount() == 0);
    }

    /** The client library's own patience is below that of whoever sends again. */
    @Test
    void anOutageThatATransportHoldsPublishesForBringsNothingTwice() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  near: {type: memory}
                  x: {type: test-server, server: SERVER}
                bridges: [{name: all, from: near, to: x, filters: ["#"], answer-timeout: 2s}]
                """);
        server.arrives();
        HoldingTransport engine = server.holding();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Objects.requireNonNull(transports.health().get("bridge all"))
                                .status()
                        == Health.Status.UP);
        engine.leaves();
        for (int i = 0; i < 20; i++) {
            TestClient.get(transports.transport("near").publish(message("orders/1", "m" + i)), PATIENCE);
        }
        // Each twice: longer than the bridge waits for an answer.
        Awaitility.await().atMost(PATIENCE).until(() -> engine.refused() >= 40);
        engine.isBack();
        Awaitility.await().atMost(PATIENCE).until(() -> bridge(transports).carried() == 20);
        assertThat(engine.sent()).containsExactlyElementsOf(numbered(20));
        assertThat(engine.hold()).isEqualTo(Duration.ofMillis(1_500));
    }

    /** A fallback waits for one member after the other, so each has its share of the bridge's time. */
    @Test
    void anOutageOfAllMembersOfAFallbackBringsNothingTwice() throws Exception {
        Server other = TestServerProvider.server(name + "-other");
        ConfiguredTransports transports = open("""
                transports:
                  near: {type: memory}
                  both: {type: composite, strategy: fallback, members: [x, y]}
                  x: {type: test-server, server: SERVER}
                  y: {type: test-server, server: SERVER-other}
                bridges: [{name: all, from: near, to: both, filters: ["#"], answer-timeout: 8s}]
                """);
        server.arrives();
        other.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Objects.requireNonNull(transports.health().get("bridge all"))
                                .status()
                        == Health.Status.UP);
        assertThat(server.holding().hold()).isEqualTo(Duration.ofMillis(2_250));
        server.holding().leaves();
        other.holding().leaves();
        for (int i = 0; i < 20; i++) {
            TestClient.get(transports.transport("near").publish(message("orders/1", "m" + i)), PATIENCE);
        }
        // Both in turn, and again: longer than the bridge waits for an answer.
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.holding().refused() >= 40 && other.holding().refused() >= 40);
        server.holding().isBack();
        other.holding().isBack();
        Awaitility.await().atMost(PATIENCE).until(() -> bridge(transports).carried() == 20);
        assertThat(Stream.of(server, other).flatMap(one -> one.holding().sent().stream()))
                .containsExactlyInAnyOrderElementsOf(numbered(20));
    }

    @Test
    void aSpoolWaitsLongerThanItsTransportHoldsPublishes() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x: {type: test-server, server: SERVER, spool: {directory: FOLDER/spool, answer-timeout: 2s}}
                """);
        server.arrives();
        HoldingTransport engine = server.holding();
        TestClient.get(transports.transport("x").publish(message("orders/1", "m0")), PATIENCE);
        Awaitility.await().atMost(PATIENCE).until(() -> !spool(transports).spooling());
        engine.leaves();
        for (int i = 1; i < 10; i++) {
            TestClient.get(transports.transport("x").publish(message("orders/1", "m" + i)), PATIENCE);
        }
        engine.isBack();
        Awaitility.await().atMost(PATIENCE).until(() -> !spool(transports).spooling());
        assertThat(engine.sent()).containsExactlyElementsOf(numbered(10));
    }
}
