package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Batches on a real PostgreSQL: what is in them, and what one message does to the others. */
class PublisherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    private final JdbcTransport transport = JdbcTransport.open(
            JdbcConfig.of(server.url()).withUser("test", "").withSchema("publisher_" + SCHEMAS.incrementAndGet()),
            TimeSource.monotonic());

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("a")).payload(payload).build();
    }

    private PublishRecorder publishMany(String prefix, int count) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < count; i++) {
            transport.publish(message(prefix + i), answers, i);
        }
        answers.awaitAnswers(count);
        return answers;
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private TestClient client(SessionOptions options) {
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private List<StoredMessage> read(StartPosition start, int limit, java.util.function.Predicate<StoredMessage> each) {
        List<StoredMessage> seen = Collections.synchronizedList(new ArrayList<>());
        TestClient.get(
                transport.read(new ReadRequest(TopicFilter.ofMqtt("#"), start, Long.MAX_VALUE, limit), stored -> {
                    seen.add(stored);
                    return each.test(stored);
                }),
                PATIENCE);
        return seen;
    }

    @Test
    void everyMessageComesBackWholeFromABatch() {
        RandomMessages random = new RandomMessages(20_261_126L);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Message any = random.next();
            while (any.topic().text().startsWith("$")) { // which # does not match
                any = random.next();
            }
            // Of one id each: two of the same would be one message.
            sent.add(any.toBuilder()
                    .ttlMillis(0)
                    .properties(any.properties().toBuilder()
                            .id("id-" + i)
                            .idempotencyKey(null)
                            .build())
                    .build());
            transport.publish(sent.getLast(), answers, i);
        }
        answers.awaitAnswers(500);
        List<StoredMessage> stored = new ArrayList<>(read(StartPosition.ALL, Integer.MAX_VALUE, one -> true));
        assertThat(answers.receipts().size() + answers.refusals().size()).isEqualTo(500);
        assertThat(stored).hasSize(answers.receipts().size());
        for (StoredMessage one : stored) {
            int index = Integer.parseInt(
                    String.valueOf(one.message().properties().id()).substring(3));
            RandomMessages.assertSame(one.message(), sent.get(index), "message " + index);
        }
    }

    @Test
    void oneThatTheDatabaseWillNeverTakeDoesNotTakeItsNeighboursWithIt() {
        try (TestClient client = client(SessionOptions.durableSession("s")).subscribe("a")) {
            // More than a B-tree of PostgreSQL can index, and nothing that compression helps against.
            String longId = new Random(1)
                    .ints(6_000, 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            PublishRecorder answers = new PublishRecorder(PATIENCE);
            for (int i = 0; i < 400; i++) {
                transport.publish(
                        message("m" + i).toBuilder()
                                .properties(MessageProperties.builder()
                                        .id(i % 100 == 50 ? longId + i : null)
                                        .build())
                                .build(),
                        answers,
                        i);
            }
            answers.awaitAnswers(400);
            assertThat(answers.refusals().keySet())
                    .as(() -> "refused: "
                            + answers.refusals().values().stream()
                                    .distinct()
                                    .limit(3)
                                    .toList())
                    .containsExactlyInAnyOrder(50L, 150L, 250L, 350L);
            List<String> expected = new ArrayList<>(numbered("m", 400));
            expected.removeAll(List.of("m50", "m150", "m250", "m350"));
            client.received().awaitPayloads(expected);
        }
    }

    /** The first try meets a message that is never taken, every later one an outage, as long as that message is there. */
    @Test
    void anOutageBehindAMessageThatIsNeverTakenRefusesThoseBehindItToo() throws Exception {
        String schema = "publisher_" + SCHEMAS.get();
        for (String sql : List.of(
                "CREATE SEQUENCE tries",
                "CREATE FUNCTION meets() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN"
                        + " IF nextval('tries') = 1 THEN RAISE check_violation; END IF;"
                        + " RAISE cannot_connect_now; END $$",
                "CREATE TRIGGER meets BEFORE INSERT ON sb_message FOR EACH ROW WHEN (NEW.topic = 'odd')"
                        + " EXECUTE FUNCTION meets()")) {
            server.psql("SET search_path TO " + schema + "; " + sql);
        }
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        try (JdbcTransport hasty = JdbcTransport.open(
                        JdbcConfig.of(server.url())
                                .withUser("test", "")
                                .withSchema(schema)
                                .withPublishTimeout(Duration.ofSeconds(1)),
                        TimeSource.monotonic());
                Connection gatekeeper = DriverManager.getConnection(server.url(), "test", "");
                Statement gate = gatekeeper.createStatement()) {
            gatekeeper.setAutoCommit(false);
            gate.executeQuery("SELECT id FROM " + schema + ".sb_gate FOR UPDATE")
                    .close();
            PublishCallback patient = new PublishCallback() {
                @Override
                public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                    answers.published(context, outcome, reached, sequence);
                }

                /** The database is back before the publisher goes on. */
                @Override
                public void refused(long context, Refusal refusal) {
                    Awaitility.await()
                            .atMost(PATIENCE)
                            .until(() -> hasty.health().status() == Health.Status.UP);
                    answers.refused(context, refusal);
                }
            };
            hasty.publish(message("opens the queue"), patient, 0);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                            .equals("1"));
            hasty.publish(message("m1"), patient, 1);
            hasty.publish(Message.to(Topic.ofMqtt("odd")).build(), patient, 2);
            hasty.publish(message("m3"), patient, 3);
            hasty.publish(message("m4"), patient, 4);
            gatekeeper.commit();
            answers.awaitAnswers(5);
        }
        assertThat(answers.receipts()).containsOnlyKeys(0L);
        assertThat(answers.refusals().values()).extracting(Refusal::reason).containsOnly(ReasonCode.BUSY);
        assertThat(publishMany("later", 1).refusals()).isEmpty();
    }

    @Test
    void aPublisherThatThrowsDoesNotEndPublishing() {
        transport.publish(
                message("x"),
                new PublishCallback() {
                    @Override
                    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void refused(long context, Refusal refusal) {}
                },
                0);
        assertThat(publishMany("m", 10).refusals()).isEmpty();
    }

    @Test
    void theLastOnesAreThoseOfTheBeginningHoweverManyComeMeanwhile() {
        publishMany("m", 700);
        AtomicInteger handed = new AtomicInteger();
        List<StoredMessage> seen = read(new StartPosition.Last(600), Integer.MAX_VALUE, stored -> {
            if (handed.getAndIncrement() == 0) {
                publishMany("later", 500);
            }
            return true;
        });
        assertThat(seen.stream().map(stored -> stored.message().payloadText()))
                .containsExactlyElementsOf(numbered("m", 700).subList(100, 700));
    }

    @Test
    void whatAFullQueueDropsIsCounted() {
        SessionOptions five = SessionOptions.durableSession("s").withQueue(5, 1 << 20, OverflowPolicy.DROP_OLDEST);
        client(five).subscribe("a").detach();
        publishMany("m", 12);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transport.counters().dropped.sum() == 7);
        SessionOptions two = SessionOptions.durableSession("t").withQueue(2, 1 << 20, OverflowPolicy.DEAD_LETTER);
        client(two).subscribe("a").detach();
        publishMany("n", 6);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transport.counters().dead.sum() == 4);
    }

    @Test
    void largeMessagesComePieceByPieceAndAllOfThem() {
        SessionOptions spill = SessionOptions.durableSession("s").withQueue(1, 1, OverflowPolicy.SPILL);
        client(spill).subscribe("a").detach();
        String threeMiB = "x".repeat(3 << 20);
        publishMany(threeMiB, 7);
        client(spill).received().awaitPayloads(numbered(threeMiB, 7));
    }
}
