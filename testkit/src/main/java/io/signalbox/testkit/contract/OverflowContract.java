package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import org.junit.jupiter.api.Test;

/** A full queue does what its policy says. */
@Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
public abstract class OverflowContract extends Theme {

    private static SessionOptions five(OverflowPolicy policy) {
        return SessionOptions.durableSession("s").withQueue(5, 1 << 20, policy);
    }

    @Test
    void theOldestGoFirst() {
        open(five(OverflowPolicy.DROP_OLDEST), SettleBehaviour.ACCEPT)
                .subscribe("a")
                .detach();
        publishMany("a", "m", 8);
        assertThat(Deliveries.payloads(open(five(OverflowPolicy.DROP_OLDEST), SettleBehaviour.ACCEPT)
                        .received()
                        .awaitCount(5)))
                .containsExactly("m3", "m4", "m5", "m6", "m7");
    }

    @Test
    void thePublishIsRefused() {
        open(five(OverflowPolicy.REJECT_PUBLISH), SettleBehaviour.ACCEPT)
                .subscribe("a")
                .detach();
        publishMany("a", "m", 5);
        assertThat(refusalOf(() -> publish("a", "m5")).reason()).isEqualTo(ReasonCode.QUEUE_FULL);
        assertThat(Deliveries.payloads(open(five(OverflowPolicy.REJECT_PUBLISH), SettleBehaviour.ACCEPT)
                        .received()
                        .awaitCount(5)))
                .isEqualTo(numbered("m", 5));
        eventually(() -> {
            try {
                publish("a", "later");
                return true;
            } catch (io.signalbox.error.SignalboxException full) {
                return false;
            }
        });
    }

    @Test
    void theQueueSpills() {
        open(five(OverflowPolicy.SPILL), SettleBehaviour.ACCEPT).subscribe("a").detach();
        publishMany("a", "m", 50);
        assertThat(Deliveries.payloads(open(five(OverflowPolicy.SPILL), SettleBehaviour.ACCEPT)
                        .received()
                        .awaitCount(50)))
                .isEqualTo(numbered("m", 50));
    }

    @Test
    @Needs(Feature.DEAD_LETTERS)
    void theNewOneIsDeadLettered() throws Exception {
        open(five(OverflowPolicy.DEAD_LETTER), SettleBehaviour.ACCEPT)
                .subscribe("a")
                .detach();
        publishMany("a", "m", 7);
        awaitDeadLetters("m5", "m6");
        assertThat(Deliveries.payloads(open(five(OverflowPolicy.DEAD_LETTER), SettleBehaviour.ACCEPT)
                        .received()
                        .awaitCount(5)))
                .isEqualTo(numbered("m", 5));
    }
}
