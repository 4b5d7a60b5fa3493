package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.SignalboxException;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Closing in the middle of work: every publish hears an answer, and what was acknowledged is there. */
@Needs({Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS})
public abstract class CloseUnderLoadContract extends Theme {

    @Test
    void everyPublishIsAnsweredAndWhatWasAcknowledgedIsThere() throws Exception {
        SessionOptions options =
                SessionOptions.durableSession("s").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST);
        TestClient online = durable("online", "nothing");
        open(options, SettleBehaviour.ACCEPT).subscribe("load").detach();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Transport closing = transport;
        List<Thread> publishers = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            int number = p;
            publishers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; ; i++) {
                    String payload = number + ":" + i;
                    try {
                        await(closing.publish(message("load", payload)));
                        acknowledged.add(payload);
                    } catch (SignalboxException refused) {
                        return;
                    }
                }
            }));
        }
        eventually(() -> acknowledged.size() > 200);
        restart();
        for (Thread publisher : publishers) {
            publisher.join(patience());
            assertThat(publisher.isAlive()).as("a publish hangs").isFalse();
        }
        online.received().awaitDetached(DetachReason.SHUTTING_DOWN);
        TestClient back = open(options, SettleBehaviour.ACCEPT);
        back.fence();
        assertThat(deliveredTo(back)).containsAll(acknowledged).doesNotHaveDuplicates();
    }
}
