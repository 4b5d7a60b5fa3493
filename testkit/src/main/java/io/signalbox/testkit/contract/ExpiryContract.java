package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A message whose time is over is not delivered. */
@Needs({Feature.SUBSCRIBE, Feature.EXPIRY, Feature.DURABLE_SESSIONS})
public abstract class ExpiryContract extends Theme {

    @Test
    void whatExpiresInTheQueueIsNotDelivered() {
        durable("s", "a").detach();
        publish(to("a").payload("short").ttlMillis(60_000).build());
        publish(to("a").payload("long").ttlMillis(3_600_000).build());
        publish("a", "for ever");
        advance(Duration.ofMinutes(2));
        TestClient back = open(SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT);
        back.received().awaitCount(2);
        back.fence();
        assertThat(deliveredTo(back)).containsExactly("long", "for ever");
    }

    @Test
    void expiryCountsThroughARestart() throws Exception {
        durable("s", "a").detach();
        publish(to("a").payload("short").ttlMillis(60_000).build());
        restart();
        advance(Duration.ofMinutes(2));
        TestClient back = open(SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT);
        back.fence();
        assertThat(deliveredTo(back)).isEmpty();
    }
}
