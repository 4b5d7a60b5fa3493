package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.cache.LastValues;
import io.signalbox.client.subscribe.SubscribeOptions;
import org.junit.jupiter.api.Test;

class LastValuesTest {
    private static LastValues cache(ClientFixture it) {
        LastValues cache = it.client.lastValues(SubscribeOptions.to("p/#"), 2);
        join(cache.granted());
        return cache;
    }

    @Test
    void theLastValueOfATopicIsThereAlsoOffline() {
        try (ClientFixture it = new ClientFixture().connected()) {
            LastValues cache = cache(it);
            it.server.deliver(json("p/a", "1"));
            it.server.deliver(json("p/a", "2"));
            await().until(() ->
                    cache.value("p/a", Integer.class).filter(v -> v == 2).isPresent());
            it.server.down(GONE);
            assertThat(cache.value("p/a", Integer.class)).hasValue(2);
            assertThat(cache.value("p/b", Integer.class)).isEmpty();
        }
    }

    @Test
    void theTopicThatHasNotChangedForLongestMakesRoom() {
        try (ClientFixture it = new ClientFixture().connected()) {
            LastValues cache = cache(it);
            it.server.deliver(json("p/a", "1"));
            it.server.deliver(json("p/b", "1"));
            it.server.deliver(json("p/a", "2"));
            it.server.deliver(json("p/c", "1"));
            await().until(() -> cache.forgotten() == 1);
            assertThat(cache.all().keySet()).extracting(Object::toString).containsExactly("p/a", "p/c");
        }
    }

    @Test
    void anEmptyMessageClears() {
        try (ClientFixture it = new ClientFixture().connected()) {
            LastValues cache = cache(it);
            it.server.deliver(json("p/a", "1"));
            it.server.deliver(json("p/a", ""));
            it.server.deliver(json("p/b", "1"));
            await().until(() -> cache.message("p/b").isPresent());
            assertThat(cache.size()).isEqualTo(1);
        }
    }
}
