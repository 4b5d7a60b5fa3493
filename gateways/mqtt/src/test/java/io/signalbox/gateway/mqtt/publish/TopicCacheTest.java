package io.signalbox.gateway.mqtt.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicCacheTest {
    private final TopicCache cache = new TopicCache();

    private TopicCache.Entry get(String topic) {
        byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
        return cache.get(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
    }

    @Test
    void whatIsKeptIsFoundAgain() {
        TopicCache.Entry entry = get("a/b");
        assertThat(get("a/b")).isNotSameAs(entry);
        cache.keep(entry);
        assertThat(get("a/b")).isSameAs(entry);
        assertThat(entry.topic.text()).isEqualTo("a/b");
    }

    /** One connection of a hundred thousand. */
    @Test
    void itsBytesAreBounded() {
        for (int i = 0; i < 5_000; i++) {
            TopicCache.Entry entry = get(i + "/" + "x".repeat(500));
            cache.keep(entry);
            assertThat(cache.keptBytes()).isBetween(1_000, 32 << 10);
            assertThat(get(entry.topic.text())).isSameAs(entry);
        }
    }

    @Test
    void manyShortOnesFit() {
        List<TopicCache.Entry> kept = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            TopicCache.Entry entry = get("plant/" + i);
            cache.keep(entry);
            kept.add(entry);
        }
        assertThat(kept.stream()
                        .filter(entry -> get(entry.topic.text()) == entry)
                        .count())
                .as("but for a few that clash")
                .isGreaterThan(70);
    }

    @Test
    void longOnesAreNotKept() {
        TopicCache.Entry entry = get("x".repeat(513));
        cache.keep(entry);
        assertThat(cache.keptBytes()).isZero();
    }
}
