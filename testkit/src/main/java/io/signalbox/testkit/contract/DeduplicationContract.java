package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A message that is published twice arrives once, and its publisher is not blamed. */
@Needs({Feature.SUBSCRIBE, Feature.DEDUPLICATION})
public abstract class DeduplicationContract extends Theme {
    private static Message keyed(String key, String id, String payload) {
        return to("a").payload(payload)
                .properties(MessageProperties.builder()
                        .idempotencyKey(key.isEmpty() ? null : key)
                        .id(id.isEmpty() ? null : id)
                        .build())
                .build();
    }

    private void assertDuplicate(Message first, Message second) {
        TestClient client = client("s", "a");
        Receipt original = publish(first);
        assertThat(original.outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        publish("a", "between");
        Receipt duplicate = publish(second);
        assertThat(duplicate.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(duplicate.sequence()).isEqualTo(original.sequence());
        client.fence();
        assertThat(deliveredTo(client)).containsExactly("first", "between");
    }

    @Test
    void theSameIdempotencyKeyIsTheSameMessage() {
        assertDuplicate(keyed("k", "", "first"), keyed("k", "", "second"));
    }

    @Test
    void theKeyCountsMoreThanTheId() {
        assertDuplicate(keyed("k", "id1", "first"), keyed("k", "id2", "second"));
    }

    @Test
    void withoutAKeyTheSameIdIsTheSameMessage() {
        assertDuplicate(keyed("", "id", "first"), keyed("", "id", "second"));
    }

    @Test
    void differentKeysAndMessagesWithoutEitherAreDifferent() {
        TestClient client = client("s", "a");
        publish(keyed("k1", "", "same"));
        publish(keyed("k2", "", "same"));
        publish(keyed("", "", "same"));
        publish(keyed("", "", "same"));
        client.received().awaitPayloads("same", "same", "same", "same");
    }

    @Test
    void afterTheWindowTheKeyIsFree() {
        TestClient client = client("s", "a");
        publish(keyed("k", "", "first"));
        advance(Duration.ofMinutes(10));
        assertThat(publish(keyed("k", "", "second")).outcome()).isEqualTo(Receipt.Outcome.ROUTED);
        client.received().awaitPayloads("first", "second");
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void duplicatesAreKnownAfterARestart() throws Exception {
        durable("s", "a").detach();
        Receipt original = publish(keyed("k", "", "first"));
        restart();
        Receipt duplicate = publish(keyed("k", "", "second"));
        assertThat(duplicate.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(duplicate.sequence()).isEqualTo(original.sequence());
        TestClient back = durable("s");
        back.fence();
        assertThat(deliveredTo(back)).containsExactly("first");
    }
}
