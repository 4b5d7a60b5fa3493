package io.signalbox.broker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeduplicationTest {
    private final Deduplication deduplication = new Deduplication(1_000, 3);

    private static @Nullable String keyOf(@Nullable String key, @Nullable String id) {
        return Deduplication.keyOf(Message.to(Topic.ofMqtt("a"))
                .properties(
                        MessageProperties.builder().idempotencyKey(key).id(id).build())
                .build());
    }

    @Test
    void keysAndIdsNeverMeetHoweverLongTheyAre() {
        String large = "x".repeat(60_000);
        Set<String> keys = new TreeSet<>();
        for (String text : new String[] {"x", "x".repeat(64), "x".repeat(65), large, large + "y"}) {
            keys.add(String.valueOf(keyOf(text, null)));
            keys.add(String.valueOf(keyOf(null, text)));
            assertThat(keyOf(text, "other")).isEqualTo(keyOf(text, null));
        }
        assertThat(keys).hasSize(10);
        assertThat(keyOf(null, null)).isNull();
    }

    /** 100,000 of them are remembered, and strangers choose them. */
    @Test
    void aLargeKeyIsRememberedInLittle() {
        assertThat(keyOf("x".repeat(60_000), null)).hasSizeLessThan(200);
    }

    @Test
    void theWindowIsBoundedByTimeAndByCount() {
        deduplication.remember("a", new Seen(0, 1, 0));
        assertThat(deduplication.find("a", 999)).isNotNull();
        assertThat(deduplication.find("a", 1_000)).isNull();
        deduplication.remember("b", new Seen(500, 2, 0));
        deduplication.remember("c", new Seen(500, 3, 0));
        assertThat(deduplication.find("a", 600)).isNotNull();
        deduplication.remember("d", new Seen(600, 4, 0));
        assertThat(deduplication.find("a", 600)).isNull();
        assertThat(deduplication.find("b", 600)).isNotNull();
    }
}
