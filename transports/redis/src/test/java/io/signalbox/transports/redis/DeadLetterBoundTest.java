package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dead letters have a bound; what goes beyond it is counted, and strangers push out nobody else's. */
final class DeadLetterBoundTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LETTERS_MAX = 200;

    private final RedisServer server = RedisServer.shared();
    private final RedisConfig config = server.config("letters")
            .withRetention(new RetentionLimits(1_000, Duration.ofHours(1), Duration.ofMinutes(1), LETTERS_MAX, 1_000))
            .withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
    }

    private long length(String stream) {
        return Long.parseLong(server.cli("xlen", prefix + stream));
    }

    /** Each but the last becomes a dead letter, since its queue holds one. */
    private void bury(int count) {
        TestClient.open(
                        transport,
                        SessionOptions.durableSession("s").withQueue(1, 1_000_000, OverflowPolicy.DEAD_LETTER),
                        SettleBehaviour.MANUAL,
                        PATIENCE)
                .subscribe("a")
                .detach();
        List<CompletionStage<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            receipts.add(transport.publish(
                    Message.to(Topic.ofMqtt("a")).payload("m" + i).build()));
        }
        receipts.forEach(receipt -> TestClient.get(receipt, PATIENCE));
    }

    @Test
    void whatStrangersWriteAndNobodyCanReadPushesOutNoOther() {
        bury(50);
        server.cli(
                "eval",
                "for i = 1, 1000 do redis.call('XADD', KEYS[1], '*', 'sb-topic', 'a', 'sb-ttl', 'soon') end",
                "1",
                prefix + "in");
        Awaitility.await().atMost(PATIENCE).until(() -> length("in") == 0);
        assertThat(length("dead")).isEqualTo(50);
        assertThat(transport.deadLetters(1).getFirst().message().payloadText()).isEqualTo("m0");
        assertThat(length("dead:foreign"))
                .as("a node of a stream has 100 entries")
                .isBetween(20L, 120L);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transport.serverCounts().foreignLettersDropped())
                        .isEqualTo(1_000 - length("dead:foreign")));
        assertThat(transport.serverCounts().deadLettersDropped()).isZero();
    }

    @Test
    void whatGoesBeyondTheBoundIsCountedAndSaid() {
        bury(1_000);
        assertThat(length("dead")).isBetween((long) LETTERS_MAX, LETTERS_MAX + 100L);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transport.serverCounts().deadLettersDropped())
                        .isEqualTo(1_000 - length("dead")));
        assertThat(transport.guarantees().retention())
                .contains("Dead letters: about " + LETTERS_MAX)
                .contains("are counted");
    }
}
