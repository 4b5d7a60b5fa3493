package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a queue whose messages weigh more than one look may bring. */
final class HeavyMessagesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SCHEMA = "heavy";

    private static JdbcConfig config(String database) throws Exception {
        return database.equals("h2")
                ? JdbcConfig.of("jdbc:h2:mem:heavy;DB_CLOSE_DELAY=-1")
                : JdbcConfig.of(PostgresServer.shared().url())
                        .withUser("test", "")
                        .withSchema(SCHEMA);
    }

    private static SessionOptions session() {
        return SessionOptions.durableSession("s");
    }

    /** Light and heavy ones in turn, 24 MiB in all, and one that is more than a look may bring. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void allComeWholeAndInTheirOrder(String database) throws Exception {
        Random random = new Random(20_261_127);
        try (JdbcTransport transport = JdbcTransport.open(config(database), TimeSource.monotonic())) {
            TestClient.open(transport, session(), SettleBehaviour.MANUAL, PATIENCE)
                    .subscribe("a/#")
                    .detach();
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                int bytes = i == 60 ? 10 << 20 : random.nextInt(2) == 0 ? random.nextInt(200) : random.nextInt(400_000);
                String payload = i + "|" + "x".repeat(bytes);
                sent.add(payload);
                TestClient.get(
                        transport.publish(Message.to(Topic.ofMqtt("a/" + i % 7))
                                .payload(payload)
                                .properties(MessageProperties.builder()
                                        .header("number", String.valueOf(i))
                                        .build())
                                .build()),
                        PATIENCE);
            }
            TestClient client = TestClient.open(transport, session(), SettleBehaviour.ACCEPT, PATIENCE);
            List<Delivery> deliveries = client.received().awaitCount(sent.size());
            assertThat(deliveries).extracting(Delivery::payload).containsExactlyElementsOf(sent);
            for (int i = 0; i < sent.size(); i++) {
                Message message = deliveries.get(i).message();
                assertThat(message.topic().text()).isEqualTo("a/" + i % 7);
                assertThat(message.properties().headers().value(0)).isEqualTo(String.valueOf(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aLookBringsNoMoreThanItMayAndTheFirstWhateverItWeighs(String database) throws Exception {
        JdbcConfig config = config(database);
        try (JdbcTransport transport = JdbcTransport.open(config, TimeSource.monotonic())) {
            TestClient.open(transport, SessionOptions.durableSession("l"), SettleBehaviour.MANUAL, PATIENCE)
                    .subscribe("look")
                    .detach();
            for (int i = 0; i < 6; i++) {
                TestClient.get(
                        transport.publish(Message.to(Topic.ofMqtt("look"))
                                .payload(new byte[i % 2 == 0 ? 100_000 : 100])
                                .build()),
                        PATIENCE);
            }
            assertThat(sizes(config, 1)).containsExactly(100_000);
            assertThat(sizes(config, 100_050)).containsExactly(100_000, 100);
            assertThat(sizes(config, 150_000)).containsExactly(100_000, 100, 100_000);
            assertThat(sizes(config, 1 << 30)).containsExactly(100_000, 100, 100_000, 100, 100_000, 100);
        }
    }

    private static List<Integer> sizes(JdbcConfig config, long bytesMax) throws SQLException {
        try (Connection connection = DriverManager.getConnection(config.url(), config.user(), config.password())) {
            connection.setSchema(config.schema());
            List<ClaimedRow> rows = QueueLook.within(
                    connection,
                    QueueLook.at(
                            connection,
                            String.valueOf(Long.MAX_VALUE),
                            QueueRows.own("l"),
                            connection.createArrayOf("bigint", new Long[0]),
                            false,
                            100),
                    bytesMax);
            return rows.stream().map(row -> row.payload().length).toList();
        }
    }
}
