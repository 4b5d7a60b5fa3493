package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes whose clocks are a day apart. */
class ClockTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DAY = Duration.ofDays(1);
    private static final TimeSource RIGHT = TimeSource.monotonic();
    private static final TimeSource FAST = () -> RIGHT.millis() + DAY.toMillis();
    private static final TimeSource SLOW = () -> RIGHT.millis() - DAY.toMillis();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    private final String schema = "clock_" + SCHEMAS.incrementAndGet();
    private final List<JdbcTransport> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @AfterEach
    void close() {
        opened.forEach(JdbcTransport::close);
    }

    static Stream<String> databases() {
        return Stream.of(
                server.url(),
                "jdbc:h2:mem:clock" + System.nanoTime()
                        + ";DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
    }

    /** Who writes, and who looks. */
    static Stream<Arguments> pairs() {
        return databases().flatMap(url -> Stream.of(Arguments.of(url, RIGHT, FAST), Arguments.of(url, SLOW, RIGHT)));
    }

    private JdbcTransport open(String url, TimeSource time) {
        JdbcTransport node = JdbcTransport.open(
                JdbcConfig.of(url).withUser("test", "").withSchema(schema).withNodeSilence(Duration.ofSeconds(1)),
                time);
        opened.add(node);
        return node;
    }

    private static TestClient client(JdbcTransport on, Duration expiry) {
        return TestClient.open(
                on, SessionOptions.durableSession("s").withExpiry(expiry), SettleBehaviour.ACCEPT, PATIENCE);
    }

    private static Receipt publish(JdbcTransport on, String topic, String payload) {
        return TestClient.get(
                on.publish(Message.to(Topic.ofMqtt(topic))
                        .payload(payload)
                        .properties(MessageProperties.builder()
                                .id("id of " + payload)
                                .build())
                        .build()),
                PATIENCE);
    }

    /** Both have looked after expired sessions and old messages more than once. */
    private void awaitRounds(String url) {
        long before = beats(url);
        Awaitility.await().atMost(PATIENCE).until(() -> beats(url) > before + 2);
    }

    private long beats(String url) {
        try (Connection connection = DriverManager.getConnection(url, "test", "");
                Statement look = connection.createStatement();
                ResultSet row = look.executeQuery("SELECT MIN(beats) FROM " + schema + ".sb_instance")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> stored(JdbcTransport on) {
        List<String> payloads = new ArrayList<>();
        TestClient.get(
                on.read(
                        new ReadRequest(TopicFilter.ofMqtt("#"), StartPosition.ALL, Long.MAX_VALUE, 100),
                        stored -> payloads.add(stored.message().payloadText())),
                PATIENCE);
        return payloads;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aNodeWithAWrongClockEndsNobodysSessionAndForgetsNothingEarly(String url, TimeSource writes, TimeSource looks) {
        JdbcTransport one = open(url, writes);
        client(one, Duration.ofHours(12)).subscribe("owed").detach();
        publish(one, "owed", "owed");
        publish(one, "past", "owed to nobody");
        JdbcTransport two = open(url, looks);
        awaitRounds(url);
        assertThat(stored(two)).containsExactly("owed", "owed to nobody");
        assertThat(publish(two, "past", "owed to nobody").outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        try (TestClient back = client(two, Duration.ofHours(12))) {
            assertThat(back.session().resumed()).isTrue();
            back.received().awaitPayloads("owed");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aSessionEndsWhenItsTimeIsOverOnTheDatabasesClock(String url) {
        JdbcTransport one = open(url, SLOW);
        client(one, Duration.ofMillis(1)).subscribe("owed").detach();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            Receipt.Outcome outcome =
                    publish(one, "owed", "message " + System.nanoTime()).outcome();
            return outcome == Receipt.Outcome.NO_SUBSCRIBERS;
        });
    }
}
