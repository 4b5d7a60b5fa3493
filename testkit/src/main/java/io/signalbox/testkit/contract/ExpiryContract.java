package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Messages that are of no use after a time. */
@Needs({Feature.SUBSCRIBE, Feature.EXPIRY})
public abstract class ExpiryContract extends Theme {
    private void publishTtl(String payload, Duration ttl) {
        publish(to("a").payload(payload).ttlMillis(ttl.toMillis()).build());
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatExpiredWhileTheSessionWasAwayIsNotDelivered() {
        durable("s", "a").detach();
        publishTtl("short", Duration.ofSeconds(60));
        publishTtl("long", Duration.ofSeconds(600));
        publish("a", "for ever");
        advance(Duration.ofSeconds(61));
        TestClient back = durable("s");
        back.received().awaitPayloads("long", "for ever");
        back.fence();
        assertThat(deliveredTo(back)).hasSize(2);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void whatHasTimeLeftIsDelivered() {
        durable("s", "a").detach();
        publishTtl("x", Duration.ofSeconds(60));
        advance(Duration.ofSeconds(55));
        durable("s").received().awaitPayloads("x");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void theTimeOfARestartCounts() throws Exception {
        durable("s", "a").detach();
        publishTtl("short", Duration.ofSeconds(60));
        publishTtl("long", Duration.ofSeconds(600));
        restart();
        advance(Duration.ofSeconds(61));
        durable("s").received().awaitPayloads("long");
    }

    @Test
    void whatExpiredBehindABusyReceiverIsNotDelivered() {
        TestClient client = open(SessionOptions.transientSession("s").withUnsettledMax(1), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish("a", "busy");
        client.received().awaitPayloads("busy");
        publishTtl("short", Duration.ofSeconds(60));
        publish("a", "later");
        advance(Duration.ofSeconds(61));
        client.settle(client.received().deliveries().getFirst(), Settlement.ACCEPTED);
        client.received().awaitPayloads("busy", "later");
    }

    @Test
    void whatIsDeliveredAtOnceDoesNotExpireOnTheWay() {
        TestClient client = client("s", "a");
        publishTtl("x", Duration.ofSeconds(60));
        client.received().awaitPayloads("x");
    }

    @Test
    void theDeliveryTellsWhenItsLifeBegan() {
        TestClient client = client("s", "a");
        publishTtl("x", Duration.ofSeconds(60));
        var message = client.received().awaitPayloads("x").getFirst().message();
        assertThat(message.ttlMillis()).isEqualTo(60_000);
        assertThat(message.timestampMillis())
                .as("without it nobody can tell how much life is left")
                .isPositive();
    }
}
