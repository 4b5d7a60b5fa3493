package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A queue that comes by a lower bound loses what is beyond it in steps, since Redis serves nobody else during one. */
final class SurplusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 4_500;
    private static final int ROOM = 10;

    /** As in {@code common.lua}. */
    private static final int STEP = 1_000;

    private final RedisServer server = new RedisServer("--appendonly", "no");
    private final RedisConfig config = server.config("surplus")
            .withRetention(new RetentionLimits(10_000, Duration.ofHours(1), Duration.ofMinutes(1), 10_000, 1_000));
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    private TestClient open(int messagesMax, OverflowPolicy overflow) {
        return TestClient.open(
                transport,
                SessionOptions.durableSession("s").withQueue(messagesMax, 1L << 30, overflow),
                SettleBehaviour.ACCEPT,
                PATIENCE);
    }

    private void fill() {
        leave(open(MESSAGES, OverflowPolicy.DROP_OLDEST).subscribe("a"));
        publish(0, MESSAGES);
    }

    /** Until the server has it: what the session takes on its way out it gets first when it is back. */
    private void leave(TestClient client) {
        client.detach();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.cli("hget", prefix + "session:s", "owner").isEmpty());
    }

    private void publish(int from, int to) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = from; i < to; i++) {
            transport.publish(
                    Message.to(Topic.ofMqtt("a")).payload(String.valueOf(i)).build(), answers, i);
        }
        answers.awaitAnswers(to - from);
        assertThat(answers.refusals()).isEmpty();
    }

    /** As a node would that dies right after it. */
    private void openElsewhere(OverflowPolicy overflow) throws InterruptedException {
        Arguments arguments = new Arguments()
                .add("s")
                .add("me/1")
                .add("me")
                .add("")
                .add(false)
                .add(-1)
                .add(10_000)
                .add(ROOM)
                .add(1L << 30)
                .add(overflow.name());
        transport
                .worker()
                .retrying(
                        link -> Failures.get(link.run(Script.OPEN, arguments), PATIENCE.toMillis()),
                        System.nanoTime() + PATIENCE.toNanos());
    }

    private long length(String stream) {
        return Long.parseLong(server.cli("xlen", prefix + stream));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    private List<String> buried() {
        return transport.deadLetters(10_000).stream()
                .map(letter -> letter.message().payloadText())
                .toList();
    }

    @Test
    void aSessionThatComesByALowerBoundHasTheNewestAndTheOthersAreDeadLettersInTheirOrder() {
        fill();
        TestClient again = open(ROOM, OverflowPolicy.DEAD_LETTER);
        again.received().awaitCount(ROOM);
        assertThat(again.received().deliveries().stream().map(Delivery::payload))
                .containsExactlyElementsOf(numbers(MESSAGES - ROOM, MESSAGES));
        assertThat(buried()).containsExactlyElementsOf(numbers(0, MESSAGES - ROOM));
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(again.session().lostCount()).isEqualTo(MESSAGES - ROOM));
    }

    @Test
    void oneCallLetsNoMoreThanSoManyGoAndWhoeverComesNextGoesOn() throws InterruptedException {
        fill();
        openElsewhere(OverflowPolicy.DROP_OLDEST);
        assertThat(length("queue:s:s")).isEqualTo(MESSAGES - STEP);
        publish(MESSAGES, MESSAGES + 1); // for which one goes, and of the others as many as by any call
        assertThat(length("queue:s:s")).isEqualTo(MESSAGES - 2 * STEP);
        TestClient again = open(ROOM, OverflowPolicy.DROP_OLDEST);
        again.received().awaitCount(ROOM);
        assertThat(again.received().deliveries().stream().map(Delivery::payload))
                .containsExactlyElementsOf(numbers(MESSAGES + 1 - ROOM, MESSAGES + 1));
    }

    @Test
    void aLargeMessageMakesItsRoomHoweverManySmallOnesMustGo() {
        int bytes = 400_000;
        leave(TestClient.open(
                        transport,
                        SessionOptions.durableSession("s").withQueue(MESSAGES, bytes, OverflowPolicy.DROP_OLDEST),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe("a"));
        publish(0, MESSAGES);
        long full = length("queue:s:s");
        assertThat(full).isGreaterThan(2L * STEP);
        publishLarge(bytes - 1_000);
        assertThat(length("queue:s:s")).isLessThan(full - STEP);
        assertThat(Long.parseLong(server.cli("hget", prefix + "bytes", "s:s"))).isLessThanOrEqualTo(bytes);
    }

    private void publishLarge(int bytes) {
        TestClient.get(
                transport.publish(
                        Message.to(Topic.ofMqtt("a")).payload(new byte[bytes]).build()),
                PATIENCE);
    }
}
