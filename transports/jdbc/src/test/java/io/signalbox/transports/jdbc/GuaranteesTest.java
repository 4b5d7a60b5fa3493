package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes what the transport says of itself and breaks it. Servers that crash in mid-stream are in {@link PostgresTest}. */
class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CRASHES_MAX = 5;
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    private final ManualTimeSource time = new ManualTimeSource();
    private final String schema = "say_" + SCHEMAS.incrementAndGet();
    private final List<JdbcTransport> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @AfterEach
    void close() {
        opened.forEach(JdbcTransport::close);
    }

    private JdbcTransport open() {
        return open(server.url());
    }

    private JdbcTransport open(String url) {
        JdbcTransport transport = JdbcTransport.open(
                JdbcConfig.of(url).withUser("test", "").withSchema(schema), time, JdbcFixture.clock(time));
        opened.add(transport);
        return transport;
    }

    private static Receipt publish(JdbcTransport on, String payload, Guarantee guarantee, @Nullable String id) {
        return TestClient.get(
                on.publish(Message.to(Topic.ofMqtt("a"))
                        .payload(payload)
                        .guarantee(guarantee)
                        .properties(MessageProperties.builder().id(id).build())
                        .build()),
                PATIENCE);
    }

    private static Receipt publish(JdbcTransport on, String payload) {
        return publish(on, payload, Guarantee.AT_LEAST_ONCE, null);
    }

    private static TestClient session(JdbcTransport on, SessionOptions options, SettleBehaviour behaviour) {
        return TestClient.open(on, options, behaviour, PATIENCE).subscribe("a");
    }

    @Test
    void theLevelThatIsSaidIsTheLevelOfTheReceipt() {
        for (String url : List.of(server.url(), "jdbc:h2:mem:say" + System.nanoTime() + ";DB_CLOSE_DELAY=-1")) {
            JdbcTransport transport = open(url);
            Durability said = transport.capabilities().durability();
            assertThat(transport.guarantees().durability()).startsWith(said + ": ");
            assertThat(publish(transport, "x").durability()).isEqualTo(said);
        }
    }

    @Test
    void aServerThatNeedNotWriteAtOnceIsNotTrustedWithMore() throws Exception {
        JdbcTransport lazy = open(server.url() + "?options=-c%20synchronous_commit%3Doff");
        assertThat(lazy.capabilities().durability()).isEqualTo(Durability.ROUTED);
        assertThat(lazy.guarantees().lossWindow()).startsWith("the database ends without a warning");
        assertThat(publish(lazy, "x").durability()).isEqualTo(Durability.ROUTED);
    }

    @Test
    void aReceiptSaysHowTheServerWasSetAtThatMoment() throws Exception {
        JdbcTransport transport = open();
        assertThat(publish(transport, "x").durability()).isEqualTo(Durability.SYNCED);
        setFsync("off");
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> publish(transport, "x").durability() == Durability.BUFFERED);
            assertThat(transport.capabilities().durability()).isEqualTo(Durability.BUFFERED);
        } finally {
            setFsync("on");
        }
        Awaitility.await().atMost(PATIENCE).until(() -> publish(transport, "x").durability() == Durability.SYNCED);
    }

    private static void setFsync(String value) throws Exception {
        server.psql("ALTER SYSTEM SET fsync = " + value);
        server.psql("SELECT pg_reload_conf()");
    }

    /** A copy of the file is what is left when the process is killed at that moment. */
    @Test
    void whatH2SaysIsBufferedIsInItsFileWhateverItsAddressSaysOfNames(@TempDir Path folder) throws Exception {
        String names = ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
        for (String more : List.of("", names)) {
            Path file = folder.resolve("names" + more.length() + ".mv.db");
            JdbcTransport transport = open(h2File(file) + more);
            for (String payload : List.of("m0", "m1")) {
                assertThat(publish(transport, payload).durability()).isEqualTo(Durability.BUFFERED);
            }
            Path copy = folder.resolve("copy" + more.length() + ".mv.db");
            Files.copy(file, copy);
            assertThat(stored(open(h2File(copy) + more))).containsExactly("m0", "m1");
        }
    }

    private static String h2File(Path file) {
        return "jdbc:h2:file:" + file.toString().replace(".mv.db", "");
    }

    @Test
    void whatH2HasInMemoryOrWritesLaterIsRouted(@TempDir Path folder) {
        for (String url : List.of(
                "jdbc:h2:mem:say" + System.nanoTime() + ";DB_CLOSE_DELAY=-1",
                h2File(folder.resolve("later.mv.db")) + ";WRITE_DELAY=500")) {
            JdbcTransport transport = open(url);
            assertThat(transport.capabilities().durability()).isEqualTo(Durability.ROUTED);
            assertThat(publish(transport, "x").durability()).isEqualTo(Durability.ROUTED);
        }
    }

    @Test
    void whatIsSyncedIsThereAfterACrashOfTheServerAtTheNextMoment() throws Exception {
        JdbcTransport transport = open();
        assertThat(transport.guarantees().lossWindow()).startsWith("the disk of the database is lost");
        session(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT)
                .detach();
        for (int i = 0; i < 20; i++) {
            publish(transport, "m" + i);
        }
        server.crash();
        server.startAgain();
        TestClient back = TestClient.open(open(), SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE);
        assertThat(back.received().awaitCount(20)).hasSize(20);
    }

    /** The writer of the log is slowed down, or it would have to be met within its 200 ms. */
    @Test
    void whatIsRoutedIsGoneWhenTheDatabaseEndsWithoutAWarning() throws Exception {
        String lazyUrl = server.url() + "?options=-c%20synchronous_commit%3Doff";
        server.psql("ALTER SYSTEM SET wal_writer_delay = '10s'");
        server.psql("SELECT pg_reload_conf()");
        try {
            int lost = 0;
            for (int crash = 0; crash < CRASHES_MAX && lost == 0; crash++) {
                JdbcTransport lazy = open(lazyUrl);
                assertThat(lazy.guarantees().lossWindow()).startsWith("the database ends without a warning");
                String payload = "m" + crash;
                assertThat(publish(lazy, payload).durability()).isEqualTo(Durability.ROUTED);
                server.crash();
                lazy.close();
                server.startAgain();
                lost += stored(open()).contains(payload) ? 0 : 1;
            }
            assertThat(lost)
                    .as("of %d answered publishes before a crash", CRASHES_MAX)
                    .isPositive();
        } finally {
            server.psql("ALTER SYSTEM RESET wal_writer_delay");
            server.psql("SELECT pg_reload_conf()");
        }
    }

    @Test
    void atMostOnceIsLostToASessionThatIsAway() {
        JdbcTransport transport = open();
        assertThat(transport.guarantees().lossWindow()).contains("a session that is away");
        session(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT)
                .detach();
        TestClient.get(
                TestClient.open(
                                transport,
                                SessionOptions.transientSession("passes by"),
                                SettleBehaviour.ACCEPT,
                                PATIENCE)
                        .session()
                        .remove(),
                PATIENCE);
        publish(transport, "light", Guarantee.AT_MOST_ONCE, null);
        publish(transport, "heavy");
        session(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT)
                .received()
                .awaitPayloads("heavy");
    }

    @Test
    void aRepeatIsOneMessageWithinTheWindowAndTwoBeyondIt() {
        JdbcTransport transport = open();
        assertThat(transport.guarantees().duplicates()).contains("within 2 minutes by idempotency key or id");
        assertThat(publish(transport, "x", Guarantee.AT_LEAST_ONCE, "id-1").outcome())
                .isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        assertThat(publish(open(), "x", Guarantee.AT_LEAST_ONCE, "id-1").outcome())
                .as("on another node too")
                .isEqualTo(Receipt.Outcome.DUPLICATE);
        time.advance(Duration.ofMinutes(2));
        assertThat(publish(transport, "x", Guarantee.AT_LEAST_ONCE, "id-1").outcome())
                .isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
    }

    @Test
    void aSettlementThatWasNotWrittenIsARepeatAndSaysSo() {
        JdbcTransport transport = open();
        assertThat(transport.guarantees().duplicates()).contains("comes again, marked as redelivered");
        TestClient client = session(transport, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL);
        publish(transport, "x");
        client.received().awaitPayloads("x");
        transport.halt();
        client.settle(client.received().deliveries().getFirst(), Settlement.ACCEPTED);
        assertThat(session(open(), SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT)
                        .received()
                        .awaitPayloads("x")
                        .getFirst()
                        .redelivered())
                .isTrue();
    }

    @Test
    void anUrgentMessageOvertakesAndAFailedOneHoldsItsKeyBack() {
        JdbcTransport transport = open();
        assertThat(transport.guarantees().order())
                .contains("priorities overtake")
                .contains("holds back its key");
        TestClient client =
                session(transport, SessionOptions.durableSession("s").withUnsettledMax(1), SettleBehaviour.MANUAL);
        for (int i = 0; i < 3; i++) {
            TestClient.get(
                    transport.publish(Message.to(Topic.ofMqtt("a"))
                            .payload("k" + i)
                            .priority(i == 2 ? 9 : 4)
                            .properties(MessageProperties.builder()
                                    .orderingKey(i == 2 ? "other" : "k")
                                    .build())
                            .build()),
                    PATIENCE);
            if (i == 0) {
                client.received().awaitPayloads("k0");
            }
        }
        client.settle(
                client.received().deliveries().getFirst(), new Settlement.Modified(Duration.ofMinutes(1), "later"));
        client.received().awaitPayloads("k0", "k2");
        client.settle(client.received().deliveries().getLast(), Settlement.ACCEPTED);
        time.advance(Duration.ofMinutes(2));
        assertThat(client.received().awaitCount(3).getLast().payload()).isEqualTo("k0");
        client.settle(client.received().deliveries().getLast(), Settlement.ACCEPTED);
        assertThat(client.received().awaitCount(4).getLast().payload()).isEqualTo("k1");
    }

    @Test
    void theFourthFailureMakesADeadLetterThatStays() {
        JdbcTransport transport = open();
        assertThat(transport.guarantees().retention())
                .contains("failure number 4")
                .contains("nothing deletes");
        TestClient client = session(transport, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL);
        publish(transport, "bad");
        for (int failure = 1; failure <= 4; failure++) {
            client.settle(
                    client.received().awaitCount(failure).getLast(), new Settlement.Modified(Duration.ZERO, "no"));
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transport.deadLetters(10).size() == 1);
        time.advance(Duration.ofDays(100));
        publish(transport, "later");
        client.received().awaitCount(5);
        assertThat(transport.deadLetters(10).getFirst().payloadText()).isEqualTo("bad");
    }

    @Test
    void aBoundIsKeptWithinASecondAndTheExpiryAndTheHistoryEndWhatWaits() {
        JdbcTransport transport = open();
        Guarantees said = transport.guarantees();
        assertThat(said.retention()).contains("looked at every second").contains("60 minutes for what nobody is owed");
        SessionOptions three = SessionOptions.durableSession("s")
                .withQueue(3, 1_000_000, OverflowPolicy.DROP_OLDEST)
                .withExpiry(Duration.ofHours(2));
        session(transport, three, SettleBehaviour.ACCEPT).detach();
        for (int i = 0; i < 10; i++) {
            publish(transport, "m" + i);
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transport.counters().dropped.sum() == 7);
        time.advance(Duration.ofMinutes(61));
        Awaitility.await().atMost(PATIENCE).until(() -> stored(transport).equals(List.of("m7", "m8", "m9")));
        time.advance(Duration.ofMinutes(60));
        Awaitility.await().atMost(PATIENCE).until(() -> stored(transport).isEmpty());
    }

    private static List<String> stored(JdbcTransport transport) {
        List<String> seen = new ArrayList<>();
        TestClient.get(
                transport.read(
                        new ReadRequest(TopicFilter.ofMqtt("#"), StartPosition.ALL, Long.MAX_VALUE, 100),
                        stored -> seen.add(stored.message().payloadText())),
                PATIENCE);
        return seen;
    }

    @Test
    void itReadsAsFiveLines() {
        assertThat(open().guarantees().text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
    }
}
