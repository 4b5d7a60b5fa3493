package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is published together goes where each of it belongs, whatever stands before it in its batch. */
final class BatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 2_000;

    private final RedisServer server = new RedisServer("--appendonly", "no");
    private final RedisConfig config = server.config("batch");
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    private TestClient client(String name, OverflowPolicy overflow, int messagesMax, String filter) {
        return TestClient.open(
                        transport,
                        SessionOptions.durableSession(name).withQueue(messagesMax, 1L << 30, overflow),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe(filter);
    }

    /** Of each ten the topics a, a, a, b, none, a, ...; every seventh is known by its id. */
    private static Message message(int number) {
        String topic = switch (number % 10) {
            case 3, 7 -> "b/x";
            case 4 -> "nobody";
            default -> "a/x";
        };
        Message.Builder message = Message.to(Topic.ofMqtt(topic)).payload(String.valueOf(number));
        if (number % 7 == 0) {
            message.properties(
                    MessageProperties.builder().id(String.valueOf(number)).build());
        }
        return message.build();
    }

    private PublishRecorder publish(int from, int to) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = from; i < to; i++) {
            transport.publish(message(i), answers, i);
        }
        answers.awaitAnswers(to - from);
        return answers;
    }

    private static List<String> numbers(String topic) {
        return IntStream.range(0, MESSAGES)
                .mapToObj(BatchTest::message)
                .filter(message -> message.topic().text().startsWith(topic))
                .map(Message::payloadText)
                .toList();
    }

    @Test
    void neighboursOfABatchGoToTheirOwnQueuesInTheirOrder() {
        TestClient a = client("a", OverflowPolicy.SPILL, MESSAGES, "a/#");
        TestClient b = client("b", OverflowPolicy.DROP_OLDEST, MESSAGES, "b/#");
        PublishRecorder answers = publish(0, MESSAGES);
        assertThat(answers.refusals()).isEmpty();
        a.received().awaitCount(numbers("a").size());
        b.received().awaitCount(numbers("b").size());
        assertThat(a.received().deliveries().stream().map(Delivery::payload)).containsExactlyElementsOf(numbers("a"));
        assertThat(b.received().deliveries().stream().map(Delivery::payload)).containsExactlyElementsOf(numbers("b"));
    }

    @Test
    void aBatchFillsAQueueToItsBoundAndNotBeyond() {
        client("full", OverflowPolicy.REJECT_PUBLISH, 50, "a/#").detach();
        PublishRecorder answers = publish(0, MESSAGES);
        assertThat(answers.refusals()).hasSize(numbers("a").size() - 50);
        TestClient again = client("full", OverflowPolicy.REJECT_PUBLISH, 50, "a/#");
        again.received().awaitCount(50);
        assertThat(again.received().deliveries().stream().map(Delivery::payload))
                .containsExactlyElementsOf(numbers("a").subList(0, 50));
    }

    /** As of a library that is not there: neither the others of its batch nor what comes later may wait for ever. */
    @Test
    void anErrorOfOnePublishersCallbackKeepsNobodyElsesAnswer() {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        PublishCallback broken = new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability level, long sequence) {
                throw new NoClassDefFoundError("on purpose");
            }

            @Override
            public void refused(long context, Refusal refusal) {
                throw new NoClassDefFoundError("on purpose");
            }
        };
        for (int i = 0; i < 10; i++) {
            transport.publish(message(i), i % 3 == 1 ? broken : answers, i);
        }
        answers.awaitAnswers(7);
        assertThat(answers.refusals()).isEmpty();
    }

    @Test
    void whatAQueueHasNoRoomForIsLostToItsSessionAlsoWhileItIsAway() {
        client("away", OverflowPolicy.DEAD_LETTER, 50, "a/#").detach();
        publish(0, MESSAGES);
        TestClient again = client("away", OverflowPolicy.DEAD_LETTER, 50, "a/#");
        assertThat(again.session().lostCount()).isEqualTo(numbers("a").size() - 50);
        again.received().awaitCount(50);
        assertThat(again.session().lostCount()).isEqualTo(numbers("a").size() - 50);
    }

    @Test
    void whatIsLostIsAskedForWithoutTheWorker() {
        TestClient busy = client("busy", OverflowPolicy.DROP_OLDEST, 50, "a/#");
        busy.writable(false);
        CountDownLatch over = new CountDownLatch(1);
        try {
            transport.worker().execute(() -> {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            publish(0, MESSAGES);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(busy.session().lostCount())
                            .isEqualTo(numbers("a").size() - 50));
        } finally {
            over.countDown();
        }
    }

    @Test
    void theBytesThatWaitAreCountedOnce() {
        TestClient away = client("away", OverflowPolicy.SPILL, MESSAGES, "a/#");
        away.detach();
        publish(0, MESSAGES);
        long bytes = Long.parseLong(server.cli("hget", "{" + config.prefix() + "}:bytes", "s:away"));
        long wanted = IntStream.range(0, MESSAGES)
                .mapToObj(BatchTest::message)
                .filter(message -> message.topic().text().startsWith("a"))
                .flatMap(message -> EntryFields.of(message, null).stream())
                .mapToLong(value -> value.length)
                .sum();
        assertThat(bytes).isEqualTo(wanted);
    }
}
