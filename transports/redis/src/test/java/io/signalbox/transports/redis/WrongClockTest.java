package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Instances whose clock is a day off do no harm to what others have left. */
final class WrongClockTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DAY = Duration.ofDays(1);

    private final RedisServer server = RedisServer.shared();
    private final RedisConfig config =
            server.config("clock").withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));

    private RedisTransport open(Duration ahead) {
        TimeSource right = TimeSource.monotonic();
        return RedisTransport.open(config, () -> right.millis() + ahead.toMillis());
    }

    private static TestClient session(RedisTransport transport) {
        return TestClient.open(
                transport,
                SessionOptions.durableSession("s").withExpiry(Duration.ofHours(1)),
                SettleBehaviour.ACCEPT,
                PATIENCE);
    }

    private static void publish(RedisTransport transport, String payload, long ttlMillis) {
        assertThat(transport.publish(Message.to(Topic.ofMqtt("a"))
                        .payload(payload)
                        .ttlMillis(ttlMillis)
                        .build()))
                .succeedsWithin(PATIENCE);
    }

    private static long remembered(RedisTransport transport) {
        return TestClient.get(
                transport.read(
                        new ReadRequest(TopicFilter.ofMqtt("a"), StartPosition.ALL, Long.MAX_VALUE, 100), m -> true),
                PATIENCE);
    }

    /** One leaves a session with a message and goes; another one looks after the place for a while. */
    private void leftByOneAndTendedByTheOther(Duration oneAhead, Duration otherAhead) {
        try (RedisTransport one = open(oneAhead)) {
            session(one).subscribe("a").detach();
            publish(one, "x", 0);
        }
        try (RedisTransport other = open(otherAhead)) {
            server.awaitLook(config);
            assertThat(remembered(other)).isEqualTo(1);
            TestClient back = session(other);
            assertThat(back.session().resumed()).isTrue();
            back.received().awaitPayloads("x");
        }
    }

    @Test
    void anInstanceThatIsADayAheadEndsNoSessionAndForgetsNothing() {
        leftByOneAndTendedByTheOther(Duration.ZERO, DAY);
    }

    @Test
    void aSessionThatAnInstanceADayBehindHasLeftLivesAsLongAsOthers() {
        leftByOneAndTendedByTheOther(DAY.negated(), Duration.ZERO);
    }

    @Test
    void aLifeTimeBeginsAtTheServersTime() {
        try (RedisTransport behind = open(DAY.negated());
                RedisTransport ahead = open(DAY)) {
            TestClient client = session(ahead).subscribe("a");
            publish(behind, "for an hour", 3_600_000);
            client.received().awaitPayloads("for an hour");
        }
    }
}
