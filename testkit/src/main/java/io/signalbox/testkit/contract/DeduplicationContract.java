package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same message twice is one message. */
@Needs({Feature.SUBSCRIBE, Feature.DEDUPLICATION})
public abstract class DeduplicationContract extends Theme {

    private static Message keyed(String key, String payload) {
        return to("a").payload(payload)
                .properties(MessageProperties.builder().idempotencyKey(key).build())
                .build();
    }

    @Test
    void aDuplicateIsAcknowledgedWithTheFirstOnesSequence() {
        TestClient client = client("s", "a");
        Receipt first = publish(keyed("k", "1"));
        Receipt second = publish(keyed("k", "again"));
        assertThat(second.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(second.sequence()).isEqualTo(first.sequence());
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("1");
    }

    @Test
    void messageIdsCountWhereThereIsNoKey() {
        Message message = to("a").payload("1")
                .properties(MessageProperties.builder().id("m-1").build())
                .build();
        publish(message);
        assertThat(publish(message).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
    }

    @Test
    void equalPayloadsAreTwoMessages() {
        TestClient client = client("s", "a");
        publish("a", "same");
        publish("a", "same");
        client.received().awaitPayloads("same", "same");
    }

    @Test
    void theWindowEnds() {
        publish(keyed("k", "1"));
        advance(Duration.ofMinutes(3));
        assertThat(publish(keyed("k", "2")).outcome()).isNotEqualTo(Receipt.Outcome.DUPLICATE);
    }

    @Test
    void theWindowOutlivesARestart() throws Exception {
        publish(keyed("k", "1"));
        restart();
        assertThat(publish(keyed("k", "1")).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
    }
}
