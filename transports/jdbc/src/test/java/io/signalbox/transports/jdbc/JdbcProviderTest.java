package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is said before it is open is what it is. */
final class JdbcProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Message ANY =
            Message.to(Topic.ofMqtt("a")).payload("x").build();

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

    @Test
    void thePromiseIsWhatTheOpenOneSaysOnBothDatabases() throws Exception {
        for (TransportPlan plan : new TransportPlan[] {
            plan("url", PostgresServer.shared().url(), "user", "test", "schema", "promised"),
            plan("url", "jdbc:h2:mem:promised;DB_CLOSE_DELAY=-1")
        }) {
            Promise promise = plan.promise(Map.of(), Duration.ZERO);
            try (Transport open = plan.open(surroundings(WhenAbsent.FAIL))) {
                assertThat(promise.capabilities()).isEqualTo(open.capabilities());
                assertThat(promise.guarantees(ANY)).isEqualTo(open.guarantees());
            }
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

    @Test
    void theEndpointHasNoSecrets() {
        assertThat(plan("url", "jdbc:postgresql://user:hush@host:77/db?password=hush")
                        .endpoint())
                .isEqualTo("jdbc:postgresql://host:77/db");
        assertThatThrownBy(() -> plan("url", "jdbc:oracle:thin:hush?password=hush"))
                .hasMessageContaining("neither jdbc:postgresql: nor jdbc:h2:")
                .hasMessageNotContaining("password");
    }

    private static Transport none(String part) {
        throw new AssertionError(part);
    }
}
