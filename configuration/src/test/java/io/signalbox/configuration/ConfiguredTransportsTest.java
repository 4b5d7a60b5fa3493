package io.signalbox.configuration;

import static io.signalbox.configuration.TestServerProvider.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.configuration.hierarchy.AbsentTransportException;
import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class ConfiguredTransportsTest extends ConfiguredFixture {
    @Test
    void aWholeHierarchyCarriesMessagesAndArchivesThem() throws Exception {
        ConfiguredTransports transports = open("""
                transport: orders
                transports:
                  orders:
                    type: composite
                    strategy: all
                    members: [first, second]
                    archives: [{transport: files}]
                  first: {type: memory}
                  second: {type: embedded, directory: FOLDER/broker, segment-bytes: 64KiB}
                  files: {type: archive, directory: FOLDER/kept, flush-interval: 10ms}
                messages:
                  - {type: Order, topics: orders/#, needs: [ordered, archive]}
                """);
        TestClient client = session(transports.transport());
        TestClient.get(transports.transport().publish(message("orders/1", "one")), PATIENCE);
        client.received().awaitPayloads("one");
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
                return files.anyMatch(file -> read(file).contains("orders/1"));
            }
        });
        assertThat(transports.lines())
                .contains("message Order (orders/#) -> orders: ordered, archive")
                .anyMatch(line -> line.startsWith("transport orders: composite of first, second, files, UP"));
        assertThat(transports.health().values()).allMatch(health -> health.status() == Health.Status.UP);
    }

    @Test
    void aPlanThatIsGivenLessThanItNeedsRefusesTheStartNamingTypeNeedAndTransport() {
        assertThatThrownBy(() -> open("""
                        transport: both
                        transports:
                          both: {type: composite, strategy: any, members: [a, b]}
                          a: {type: memory}
                          b: {type: memory}
                        messages:
                          - {type: Payment, transport: both, needs: [durable, ordered, replay, archive, delay]}
                        """))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(
                        "line 7: Payment needs durable, which the transport 'both' does not give: it gives")
                .hasMessageContaining(
                        "Payment needs ordered, which the transport 'both' does not give: it has no ORDERED")
                .hasMessageContaining("needs replay")
                .hasMessageContaining("needs archive")
                .hasMessageNotContaining("needs delay");
    }

    @Test
    void anAbsentServerFailsTheStartIfThatIsSaid() {
        assertThatThrownBy(() -> open("transports:\n  x: {type: test-server, server: SERVER, when-absent: fail}\n"))
                .isInstanceOf(AbsentTransportException.class)
                .hasMessageContaining("transport 'x' (test-server at " + name)
                .hasMessageContaining("line 2")
                .hasMessageContaining("nobody at");
    }

    @Test
    void anAbsentServerIsWaitedForAndJudgedWhenItIsThere() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x: {type: test-server, server: SERVER}
                messages: [{topics: orders/#, transport: x, needs: [synced]}]
                """);
        assertThat(transports.lines()).contains("message orders/# -> x: synced not known yet");
        assertThat(refusal(transports.transport("x"), "orders/1")).isEqualTo(ReasonCode.BUSY);
        assertThat(health(transports).status()).isEqualTo(Health.Status.DOWN);
        server.arrives();
        Awaitility.await().atMost(PATIENCE).until(() -> health(transports).status() == Health.Status.UP);
        TestClient.get(transports.transport("x").publish(message("orders/1", "x")), PATIENCE);
    }

    @Test
    void aMemberThatWasAbsentIsJudgedAloneAndTheQuorumGoesOnWithoutIt() throws Exception {
        ConfiguredTransports transports = open("""
                transport: three
                transports:
                  three: {type: composite, strategy: quorum, members: [x, y, z], answer-timeout: 20s}
                  x: {type: test-server, server: SERVER, gives: buffered}
                  y: {type: embedded, directory: FOLDER/y, segment-bytes: 64KiB}
                  z: {type: embedded, directory: FOLDER/z, segment-bytes: 64KiB}
                messages: [{topics: orders/#, needs: [synced]}]
                """);
        Transport three = transports.transport();
        assertThat(TestClient.get(three.publish(message("orders/1", "a")), PATIENCE)
                        .durability())
                .isEqualTo(Durability.SYNCED);
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> health(transports).detail().contains("orders/# needs synced"));
        assertThat(TestClient.get(three.publish(message("orders/2", "b")), PATIENCE)
                        .durability())
                .isEqualTo(Durability.SYNCED);
        assertThat(Objects.requireNonNull(server.transport).capture().publications())
                .isEmpty();
        server.gives = Durability.SYNCED;
        Awaitility.await().atMost(PATIENCE).until(() -> health(transports).status() == Health.Status.UP);
    }

    @Test
    void aQuorumThatCannotBeReachedWithoutTheAbsentOnesIsHeld() throws Exception {
        ConfiguredTransports transports = open("""
                transport: three
                transports:
                  three: {type: composite, strategy: all, members: [x, y]}
                  x: {type: test-server, server: SERVER}
                  y: {type: embedded, directory: FOLDER/y, segment-bytes: 64KiB}
                messages: [{topics: orders/#, needs: [synced]}]
                """);
        assertThat(refusal(transports.transport(), "orders/1")).isEqualTo(ReasonCode.BUSY);
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Objects.requireNonNull(transports.health().get("transport three"))
                                .status()
                        == Health.Status.UP);
        TestClient.get(transports.transport().publish(message("orders/1", "x")), PATIENCE);
    }

    @Test
    void whatNoServerCanGiveIsRefusedWhileItIsAbsentToo() {
        assertThatThrownBy(() -> open("""
                        transports:
                          x: {type: test-server, server: SERVER}
                        messages: [{topics: a, needs: [replicated]}]
                        """))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("needs replicated");
    }

    @Test
    void anAbsentArchiveIsWaitedForAsAMemberIs() throws Exception {
        ConfiguredTransports transports = open("""
                transport: kept
                transports:
                  kept:
                    type: composite
                    strategy: all
                    members: [y]
                    archives: [{transport: x}]
                  x: {type: test-server, server: SERVER}
                  y: {type: embedded, directory: FOLDER/y, segment-bytes: 64KiB}
                messages: [{topics: orders/#, needs: [synced, archive]}]
                """);
        assertThat(transports.lines())
                .contains("message orders/# -> kept: synced not known yet, archive not known yet");
        server.arrives();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Objects.requireNonNull(transports.health().get("transport kept"))
                                .status()
                        == Health.Status.UP);
    }

    /** What throws once must not leave the transport held for ever; and while nobody is there nobody is asked. */
    @Test
    void aJudgementThatFailsIsTriedAgainAndOnlyWhoMayAnswerIsAsked() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x: {type: test-server, server: SERVER}
                messages: [{topics: orders/#, needs: [synced]}]
                """);
        assertThat(server.asked).hasValue(1);
        server.broken = new IllegalStateException("on purpose");
        server.arrives();
        Awaitility.await().atMost(PATIENCE).until(() -> server.asked.get() > 2);
        assertThat(health(transports).status()).isEqualTo(Health.Status.DOWN);
        server.broken = null;
        Awaitility.await().atMost(PATIENCE).until(() -> health(transports).status() == Health.Status.UP);
    }

    @Test
    void nobodyIsAskedWhomNoRuleIsAbout() throws Exception {
        open("transport: m\ntransports:\n  m: {type: memory}\n  x: {type: test-server, server: SERVER}\n"
                + "messages: [{topics: a, needs: [ordered]}]\n");
        assertThat(server.asked).hasValue(0);
    }

    /** Servers that accept and say nothing are waited for together, and then no longer. */
    @Test
    void silentServersAreOpenedAllAtOnceAndTheStartGoesOnWithoutThem() throws Exception {
        CountDownLatch silence = new CountDownLatch(1);
        server.silence = silence;
        StringBuilder yaml = new StringBuilder("transport: x0\ntransports:\n");
        for (int i = 0; i < 5; i++) {
            yaml.append("  x").append(i).append(": {type: test-server, server: SERVER}\n");
        }
        try {
            ConfiguredTransports transports = open(yaml.toString());
            assertThat(server.opening).hasValue(5);
            assertThat(transports.health()).hasSize(5).allSatisfy((name, health) -> {
                assertThat(health.status()).isEqualTo(Health.Status.DOWN);
                assertThat(health.detail()).contains("is being opened");
            });
            assertThat(refusal(transports.transport(), "a")).isEqualTo(ReasonCode.BUSY);
            server.arrives();
            silence.countDown();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> transports.health().values().stream()
                            .allMatch(health -> health.status() == Health.Status.UP));
            TestClient.get(transports.transport().publish(message("a", "x")), PATIENCE);
        } finally {
            silence.countDown();
        }
    }

    @Test
    void aSilentServerFailsTheStartIfThatIsSaid() {
        CountDownLatch silence = new CountDownLatch(1);
        server.silence = silence;
        try {
            assertThatThrownBy(() -> open("transports:\n  x: {type: test-server, server: SERVER, when-absent: fail}\n"))
                    .isInstanceOf(AbsentTransportException.class)
                    .hasMessageContaining("neither answered nor refused");
        } finally {
            silence.countDown();
        }
    }

    @Test
    void anAbsentServersPublishesAreSpooledIfThatIsSaidAndDrainedWhenItIsThere() throws Exception {
        ConfiguredTransports transports = open("""
                transports:
                  x:
                    type: test-server
                    server: SERVER
                    when-absent: spool
                    spool: {directory: FOLDER/spool, answer-timeout: 2s}
                """);
        Transport x = transports.transport("x");
        assertThat(TestClient.get(x.publish(message("orders/1", "spooled")), PATIENCE)
                        .durability())
                .isEqualTo(Durability.SYNCED);
        assertThat(health(transports).status()).isEqualTo(Health.Status.DEGRADED);
        server.arrives();
        TestClient client = session(x);
        TestClient.get(x.publish(message("orders/2", "later")), PATIENCE);
        client.received().awaitCount(1);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> client.received().deliveries().stream()
                        .anyMatch(delivery -> delivery.payload().equals("later")));
    }

    @Test
    void closingATransportThatWasHandedOutDoesNotCloseItForOthers() throws Exception {
        ConfiguredTransports transports = open("transports:\n  a: {type: memory}\n");
        transports.transport("a").close();
        TestClient client = session(transports.transport("a"));
        TestClient.get(transports.transport("a").publish(message("orders/1", "x")), PATIENCE);
        client.received().awaitPayloads("x");
        assertThatThrownBy(() -> transports.transport("b")).hasMessageContaining("there are [a]");
    }

    @Test
    void serversAreProbedAllAtOnceWithinALimit() throws Exception {
        Path file = folder.resolve("bus.yaml");
        Files.writeString(file, "transports:\n  x: {type: test-server, server: " + name + "}\n  m: {type: memory}\n");
        TransportsConfig config = TransportsConfig.read(file, Map.of());
        List<Probes.Probed> absent = Probes.ask(config.hierarchy(), PATIENCE);
        assertThat(absent)
                .filteredOn(p -> !p.reachable())
                .singleElement()
                .satisfies(p -> assertThat(p.trouble()).contains("nobody at"));
        server.arrives();
        assertThat(Probes.ask(config.hierarchy(), PATIENCE))
                .allMatch(Probes.Probed::reachable)
                .anySatisfy(p -> assertThat(p.answer())
                        .isNotNull()
                        .satisfies(answer -> assertThat(answer.version()).isEqualTo("Test 1.0")));
    }
}
