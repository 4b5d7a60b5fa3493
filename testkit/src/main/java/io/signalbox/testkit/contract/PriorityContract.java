package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import org.junit.jupiter.api.Test;

/** The urgent first, where a queue has built up. */
@Needs({Feature.SUBSCRIBE, Feature.PRIORITY})
public abstract class PriorityContract extends Theme {
    private void publish(String payload, int priority) {
        Message message = to("a").payload(payload).priority(priority).build();
        publish(message);
    }

    private void publishMixed() {
        publish("low", 0);
        publish("default1", Message.PRIORITY_DEFAULT);
        publish("high1", 9);
        publish("middle", 5);
        publish("default2", Message.PRIORITY_DEFAULT);
        publish("high2", 9);
    }

    private static final String[] BY_PRIORITY = {"high1", "high2", "middle", "default1", "default2", "low"};

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void theMostUrgentComeFirstOnReturnAndEqualsInOrder() {
        durable("s", "a").detach();
        publishMixed();
        durable("s").received().awaitPayloads(BY_PRIORITY);
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void theySurviveARestart() throws Exception {
        durable("s", "a").detach();
        publishMixed();
        restart();
        durable("s").received().awaitPayloads(BY_PRIORITY);
    }

    @Test
    void theUrgentOvertakeWhatWaitsForCredit() {
        TestClient client = open(SessionOptions.transientSession("s").withUnsettledMax(1), SettleBehaviour.MANUAL)
                .subscribe("a");
        publish("a", "busy");
        client.received().awaitPayloads("busy");
        publishMixed();
        for (int i = 0; i < BY_PRIORITY.length; i++) {
            client.settle(client.received().awaitCount(i + 1).getLast(), Settlement.ACCEPTED);
        }
        assertThat(client.received().awaitCount(BY_PRIORITY.length + 1).subList(1, BY_PRIORITY.length + 1))
                .extracting(d -> d.payload())
                .containsExactly(BY_PRIORITY);
    }

    @Test
    void withoutAQueueNobodyWaits() {
        TestClient client = client("s", "a");
        publish("low", 0);
        client.received().awaitPayloads("low");
        publish("high", 9);
        client.received().awaitPayloads("low", "high");
    }
}
