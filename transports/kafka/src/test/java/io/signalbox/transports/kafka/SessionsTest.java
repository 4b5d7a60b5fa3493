package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has a session, among nodes that open it at once, take each other for dead, or have wrong clocks. */
final class SessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaConfig config = KafkaFixture.config("sessions");
    private final List<KafkaTransport> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(KafkaTransport::close);
    }

    private KafkaTransport open(long clockMillis) {
        return opened(KafkaTransport.open(config, new ManualTimeSource(clockMillis)));
    }

    private KafkaTransport open() {
        return open(ManualTimeSource.START_MILLIS);
    }

    private KafkaTransport opened(KafkaTransport transport) {
        opened.add(transport);
        return transport;
    }

    private static TestClient client(KafkaTransport transport, SessionOptions options) {
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private static TestClient durable(KafkaTransport transport) {
        return client(transport, SessionOptions.durableSession("s"));
    }

    private static void publish(KafkaTransport transport, String payload) {
        Message message = Message.to(Topic.ofMqtt("a")).payload(payload).build();
        assertThat(transport.publish(message)).succeedsWithin(PATIENCE);
    }

    private static List<String> numbers(int from, int to) {
        return java.util.stream.IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    private static void publishNumbers(KafkaTransport transport, int count) {
        numbers(0, count).forEach(payload -> publish(transport, payload));
    }

    private static void awaitDetached(KafkaTransport transport) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            SessionRecord record = transport.registry().find("s");
            return record != null && !record.attached();
        });
    }

    private static boolean hasEnded(TestClient client) {
        return client.received().detachReason() == DetachReason.TAKEN_OVER;
    }

    @Test
    void ofTwoNodesThatOpenASessionAtOnceOneHasItInTheEnd() throws Exception {
        KafkaTransport one = open();
        KafkaTransport two = open();
        durable(one).subscribe("a").detach();
        for (int i = 0; i < 10; i++) {
            CompletableFuture<TestClient> there = CompletableFuture.supplyAsync(() -> durable(two));
            TestClient here = durable(one);
            TestClient other = there.get();
            Awaitility.await("round " + i).atMost(PATIENCE).until(() -> hasEnded(here) != hasEnded(other));
        }
    }

    @Test
    void aNodeThatWasTakenForDeadSaysThatItLives() {
        KafkaTransport one = open();
        KafkaTransport two = open();
        TestClient client = durable(one).subscribe("a");
        two.catchUp();
        SessionRecord known = Objects.requireNonNull(two.registry().find("s"));
        long now = two.clusterTime().millis();
        assertThat(two.registry().write("s", known.detached(known.owner(), now, known.positions())))
                .succeedsWithin(PATIENCE);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            SessionRecord record = two.registry().find("s");
            return record != null && record.attached() && record.owner().equals(one.node());
        });
        publish(two, "x");
        client.received().awaitPayloads("x");
        assertThat(client.received().detachReason()).isNull();
    }

    @Test
    void aNodeWithAWrongClockEndsNobodysSession() {
        long now = TimeSource.monotonic().millis();
        KafkaTransport right = open(now);
        SessionOptions options = SessionOptions.durableSession("s").withExpiry(Duration.ofHours(1));
        client(right, options).subscribe("a").detach();
        awaitDetached(right);
        publish(right, "x");
        KafkaTransport ahead = open(now + Duration.ofDays(1).toMillis());
        ahead.sessions().reaper().reap();
        TestClient back = client(ahead, options);
        assertThat(back.session().resumed()).isTrue();
        back.received().awaitPayloads("x");
    }

    @Test
    void whatCannotBeEndedNowIsAskedForOnce() {
        KafkaBroker broker = KafkaBroker.shared();
        ManualTimeSource time = new ManualTimeSource();
        KafkaTransport transport = opened(
                KafkaTransport.open(config.withBootstrap(broker.proxied()), time, Pace.DEFAULT.withClusterTime(time)));
        SessionOptions options = SessionOptions.durableSession("s").withExpiry(Duration.ofHours(1));
        client(transport, options).subscribe("a").detach();
        awaitDetached(transport);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transport.sessions().here().turnsAsked() == 0);
        broker.proxy().refuse(true);
        broker.proxy().cut();
        try {
            time.advance(Duration.ofHours(2));
            for (int i = 0; i < 100; i++) {
                transport.sessions().reaper().reap();
            }
            assertThat(transport.sessions().here().turnsAsked()).isEqualTo(1);
        } finally {
            broker.proxy().refuse(false);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> transport.registry().find("s") == null);
    }

    @Test
    void aMemberThatIsGoingGetsNothingWhileAnotherIsHere() {
        KafkaTransport transport = open();
        FilterSpec shared =
                FilterSpec.of(TopicFilter.ofMqtt("a"), Guarantee.AT_LEAST_ONCE).withShareGroup("g");
        TestClient going = durable(transport).subscribe(shared);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> held = holdTurns(transport, release);
        going.detach(); // what follows on it waits
        TestClient here =
                client(transport, SessionOptions.transientSession("here")).subscribe(shared);
        publishNumbers(transport, 6);
        here.received().awaitPayloads(numbers(0, 6));
        release.countDown();
        assertThat(held).succeedsWithin(PATIENCE);
    }

    private static CompletableFuture<Boolean> holdTurns(KafkaTransport transport, CountDownLatch release) {
        return transport.sessions().here().inTurn("s", () -> {
            release.await();
            return true;
        });
    }

    @Test
    void theBoundHoldsAlsoForWhatIsNotReadYet() {
        KafkaTransport transport = open();
        SessionOptions options = SessionOptions.durableSession("s").withQueue(5, 1 << 20, OverflowPolicy.DROP_OLDEST);
        TestClient slow = client(transport, options).subscribe("a");
        CountDownLatch release = new CountDownLatch(1);
        KafkaSession session = (KafkaSession) slow.session();
        slow.writable(false);
        CompletableFuture<Boolean> held = session.reader().ask(() -> awaitQuietly(release));
        publishNumbers(transport, 12);
        slow.writable(true);
        release.countDown();
        assertThat(held).succeedsWithin(PATIENCE);
        slow.received().awaitCount(5);
        slow.fence();
        assertThat(slow.received().deliveries())
                .extracting(Delivery::payload)
                .containsExactlyElementsOf(numbers(7, 12));
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void theKafkaTopicOfTheSessionsMustKeepTheBrokersTimes() {
        try (Admin admin = new Clients(config).admin()) {
            var made = admin.createTopics(List.of(new NewTopic(new Names(config.prefix()).sessions(), 1, (short) 1)
                    .configs(Map.of("cleanup.policy", "compact"))));
            assertThat(made.all().toCompletionStage()).succeedsWithin(PATIENCE);
        }
        assertThat(catchThrowable(this::open))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LogAppendTime");
    }
}
