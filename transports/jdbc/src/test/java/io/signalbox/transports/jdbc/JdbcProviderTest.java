package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before it is open is what it is. */
final class JdbcProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Message ANY =
            Message.to(Topic.ofMqtt("a")).payload("x").build();

    @TempDir
    private Path folder;

    private static TransportPlan plan(String... namesAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.put(namesAndValues[i], new Entry(namesAndValues[i + 1], "test"));
        }
        JdbcProvider provider = new JdbcProvider();
        Settings settings = new Settings("transports.d", entries);
        Problems problems = new Problems();
        settings.check(provider.settings(), problems);
        assertThat(problems.texts()).isEmpty();
        return provider.prepare(settings);
    }

    private static Surroundings surroundings(WhenAbsent whenAbsent) {
        return new Surroundings("d", new ManualTimeSource(), whenAbsent, JdbcProviderTest::none);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTGRESQL",
                "POSTGRESQL?options=-c%20synchronous_commit%3Doff",
                "jdbc:h2:mem:promised;DB_CLOSE_DELAY=-1",
                "jdbc:h2:file:FOLDER/promised",
                "jdbc:h2:file:FOLDER/later;WRITE_DELAY=500"
            })
    void thePromiseIsWhatTheOpenOneSays(String url) throws Exception {
        TransportPlan plan = plan(
                "url",
                url.replace("POSTGRESQL", PostgresServer.shared().url()).replace("FOLDER", folder.toString()),
                "user",
                "test",
                "schema",
                "promised");
        Promise promise = plan.promise(Map.of(), PATIENCE);
        assertThat(promise.isCertain()).isTrue();
        assertThat(folder).isEmptyDirectory();
        try (Transport open = plan.open(surroundings(WhenAbsent.FAIL))) {
            assertThat(promise.capabilities()).isEqualTo(open.capabilities());
            assertThat(promise.guarantees(ANY)).isEqualTo(open.guarantees());
            assertThat(promise.durability(ANY))
                    .isEqualTo(TestClient.get(open.publish(ANY), PATIENCE).durability());
        }
    }

    @Test
    void aServerThatDoesNotFlushIsTrustedWithNoMore() throws Exception {
        PostgresServer server = PostgresServer.shared();
        TransportPlan plan = plan("url", server.url(), "user", "test");
        server.psql("ALTER SYSTEM SET fsync = off");
        server.psql("SELECT pg_reload_conf()");
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> plan.promise(Map.of(), PATIENCE).durability(ANY) == Durability.BUFFERED);
        } finally {
            server.psql("ALTER SYSTEM SET fsync = on");
            server.psql("SELECT pg_reload_conf()");
        }
    }

    @Test
    void whatAServerOfH2sGivesIsAskedAndNothingIsMadeThere() throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        try {
            String url = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + folder.resolve("served");
            TransportPlan plan = plan("url", url);
            assertThat(plan.promise(Map.of(), PATIENCE).isCertain()).isFalse();
            assertThatThrownBy(() -> plan.probe(PATIENCE)).isInstanceOf(SQLException.class);
            assertThat(folder).isEmptyDirectory();
            try (Transport open = plan.open(surroundings(WhenAbsent.FAIL))) {
                Promise promise = plan.promise(Map.of(), PATIENCE);
                assertThat(promise.isCertain()).isTrue();
                assertThat(promise.capabilities()).isEqualTo(open.capabilities());
                assertThat(plan.probe(PATIENCE)).isNotNull();
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void nobodyIsAskedWhoIsNotToBeAskedOrIsNotThere() {
        TransportPlan absent = plan("url", "jdbc:postgresql://127.0.0.1:1/x");
        for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(2))) {
            Promise promise = absent.promise(Map.of(), timeout);
            assertThat(promise.isCertain()).isFalse();
            assertThat(promise.durability(ANY)).isEqualTo(Durability.ROUTED);
            assertThat(promise.durabilityMax(ANY)).isEqualTo(Durability.SYNCED);
        }
    }

    /** A server that accepts connections and says nothing, as one that was stopped. */
    @Test
    void aSilentServerIsAskedAndOpenedNoLongerThanIsSaid() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TransportPlan plan = plan("url", "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x");
            assertTimeoutPreemptively(PATIENCE, () -> {
                assertThat(plan.promise(Map.of(), Duration.ofSeconds(1)).isCertain())
                        .isFalse();
                assertThatThrownBy(() -> plan.open(surroundings(WhenAbsent.FAIL)))
                        .hasMessageContaining("cannot be reached");
            });
        }
    }

    /** As another node that was frozen while it migrated the tables. */
    @Test
    void aMigrationDoesNotWaitForeverForALock() throws Exception {
        PostgresServer server = PostgresServer.shared();
        TransportPlan plan = plan("url", server.url(), "user", "test", "schema", "frozen");
        plan.open(surroundings(WhenAbsent.FAIL)).close();
        try (Connection other = DriverManager.getConnection(server.url(), "test", "");
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE frozen.flyway_schema_history IN ACCESS EXCLUSIVE MODE");
            assertTimeoutPreemptively(
                    Duration.ofMinutes(2),
                    () -> assertThatThrownBy(() -> plan.open(surroundings(WhenAbsent.FAIL)))
                            .hasMessageContaining("cannot be reached"));
        }
    }

    @Test
    void aServerSaysItsVersionAndAnAbsentOneDoesNotAnswer() throws Exception {
        ServerAnswer answer = Objects.requireNonNull(
                plan("url", PostgresServer.shared().url(), "user", "test").probe(PATIENCE));
        assertThat(answer.version()).matches("PostgreSQL \\d+.*");
        assertThatThrownBy(() -> plan("url", "jdbc:postgresql://127.0.0.1:1/x").probe(PATIENCE))
                .isInstanceOf(Exception.class);
    }

    @Test
    void anAbsentDatabaseIsAFaultOrWaitedForAsSaid() throws Exception {
        PostgresServer server = PostgresServer.shared();
        server.crash();
        boolean back = false;
        TransportPlan plan = plan("url", server.url(), "user", "test", "schema", "awaited");
        assertThatThrownBy(() -> plan.open(surroundings(WhenAbsent.FAIL))).hasMessageContaining("cannot be reached");
        try (Transport awaited = plan.open(surroundings(WhenAbsent.WAIT))) {
            assertThat(awaited.health().status()).isEqualTo(Health.Status.DOWN);
            assertThat(awaited.health().detail()).contains("is awaited");
            assertThatThrownBy(() -> TestClient.get(awaited.publish(ANY), PATIENCE))
                    .hasMessageContaining("awaited");
            server.startAgain();
            back = true;
            Awaitility.await().atMost(PATIENCE).until(() -> awaited.health().status() == Health.Status.UP);
            assertThat(TestClient.get(awaited.publish(ANY), PATIENCE).durability())
                    .isEqualTo(Durability.SYNCED);
        } finally {
            if (!back) {
                server.startAgain();
            }
        }
    }

    private static Transport none(String part) {
        throw new AssertionError(part);
    }
}
