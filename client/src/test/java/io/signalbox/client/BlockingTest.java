package io.signalbox.client;

import static io.signalbox.client.ClientFixture.failure;
import static io.signalbox.client.ClientFixture.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.client.spool.OfflineException;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BlockingTest {
    private static void waits(BlockingClient blocking) {
        try {
            blocking.publish("a", 1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCallbackThatWaitsForItsOwnThreadIsToldSo() {
        try (ClientFixture it = new ClientFixture()) {
            it.server.down(ClientFixture.GONE);
            List<CompletionStage<Void>> callbacks = Stream.of(
                            it.client.connect(),
                            it.client.subscribe("a", Message.class, r -> {}).granted(),
                            it.client.publish("a", 1).acknowledged())
                    .map(stage -> stage.thenRun(() -> waits(it.client.blocking())))
                    .toList();
            it.server.up();
            assertThat(callbacks)
                    .allSatisfy(callback -> assertThat(failure(callback))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("a callback of this client waits for this client"));
            join(it.client.publish("a", 1).acknowledged().thenRunAsync(() -> waits(it.client.blocking())));
        }
    }

    @Test
    void aListenerMayWait() throws Exception {
        try (ClientFixture it = new ClientFixture().connected()) {
            CompletableFuture<Void> waited = new CompletableFuture<>();
            it.client
                    .blocking()
                    .subscribe(
                            SubscribeOptions.to("b"),
                            Message.class,
                            r -> {
                                waits(it.client.blocking());
                                waited.complete(null);
                            },
                            Duration.ofSeconds(30));
            it.server.deliver(Message.to(Topic.ofMqtt("b")).build());
            join(waited);
        }
    }

    @Test
    void qosZeroWithoutAConnectionSaysSo() {
        try (ClientFixture it = new ClientFixture()) {
            Message once = Message.to(Topic.ofMqtt("a"))
                    .guarantee(Guarantee.AT_MOST_ONCE)
                    .build();
            assertThat(failure(it.client.publish(once).spooled())).isInstanceOf(OfflineException.class);
        }
    }
}
