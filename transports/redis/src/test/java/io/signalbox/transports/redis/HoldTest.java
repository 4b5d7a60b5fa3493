package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Once a publish is refused since nobody answered in time, nothing is taken that came while it waited. */
final class HoldTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than a slow machine stands still. */
    private static final Duration HOLD = Duration.ofSeconds(4);

    private final RedisServer server = RedisServer.shared();
    private final TcpProxy line = new TcpProxy(server.port());
    private final RedisConfig config = server.config("hold");
    private final RedisTransport consumer = RedisTransport.open(config, TimeSource.monotonic());
    private final PublishRecorder answers = new PublishRecorder(PATIENCE);
    private final CountDownLatch secondIsPublished = new CountDownLatch(1);

    private RedisTransport publisher(Duration confirmWait) {
        return RedisTransport.open(
                config.withUri(RedisServer.uri(line.port()))
                        .withPublish(new PublishLimits(100, 1 << 20, 1, HOLD, confirmWait, 0)), // each is a batch
                TimeSource.monotonic());
    }

    private TestClient subscriber() {
        return TestClient.open(consumer, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("key/#");
    }

    private static Message message(int number) {
        return Message.to(Topic.ofMqtt("key/x")).payload("m" + number).build();
    }

    private static void awaitUp(RedisTransport transport) {
        Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
    }

    /** What the publisher's thread tells of the first, it is held up in until the server is back. */
    private final class HeldUp implements PublishCallback {
        private final RedisTransport publisher;

        private HeldUp(RedisTransport publisher) {
            this.publisher = publisher;
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            answers.published(context, outcome, reached, sequence);
        }

        @Override
        public void refused(long context, Refusal refusal) {
            answers.refused(context, refusal);
            Awaitility.await().atMost(PATIENCE).until(() -> secondIsPublished.getCount() == 0);
            publisher.publish(message(3), answers, 3); // on its way before anybody can know
            line.hold(false);
            awaitUp(publisher);
        }
    }

    @AfterEach
    void close() {
        consumer.close();
        line.close();
    }

    @Test
    void aServerThatIsBackBetweenTheDeadlinesOfTwoPublishesTakesNeither() {
        TestClient subscriber = subscriber();
        try (RedisTransport publisher = publisher(Duration.ofSeconds(10))) {
            awaitUp(publisher);
            line.hold(true); // refused at once, enough tries fail in a moment for publishes to be refused at once too
            line.cut();
            Awaitility.await().atMost(PATIENCE).until(() -> publisher.health().status() != Health.Status.UP);
            publisher.publish(message(1), new HeldUp(publisher), 1);
            publisher.publish(message(2), answers, 2);
            secondIsPublished.countDown();
            assertAllRefusedAndTheNextTaken(publisher, subscriber);
        }
        assertThat(subscriber.received().payloads()).containsExactly("m4");
    }

    @Test
    void whatStandsBehindAPublishThatIsNotAnsweredIsRefusedWithIt() {
        TestClient subscriber = subscriber();
        try (RedisTransport publisher = publisher(HOLD.plusSeconds(1))) {
            awaitUp(publisher);
            line.hold(true);
            publisher.publish(message(1), new HeldUp(publisher), 1);
            publisher.publish(message(2), answers, 2);
            secondIsPublished.countDown();
            assertAllRefusedAndTheNextTaken(publisher, subscriber);
        }
        assertThat(subscriber.received().payloads())
                .as("the first has perhaps come all the same")
                .doesNotContain("m2", "m3")
                .endsWith("m4");
    }

    private void assertAllRefusedAndTheNextTaken(RedisTransport publisher, TestClient subscriber) {
        answers.awaitAnswers(3);
        assertThat(answers.refusals().keySet())
                .as("the third at once, when it was known by then that the server is away")
                .hasSize(3)
                .containsSubsequence(1L, 2L);
        assertThat(answers.refusals().values())
                .allSatisfy(refusal -> assertThat(refusal.reason()).isEqualTo(ReasonCode.BUSY));
        int context = 3;
        do { // refused while the others are being refused, which takes no more than some rounds
            publisher.publish(message(4), answers, ++context);
            answers.awaitAnswers(context);
        } while (answers.receipt(context) == null && context < 20);
        assertThat(answers.receipts()).containsOnlyKeys((long) context);
        subscriber.fence();
    }
}
