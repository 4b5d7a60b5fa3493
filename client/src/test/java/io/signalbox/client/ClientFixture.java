package io.signalbox.client;

import io.signalbox.client.connection.Backoff;
import io.signalbox.client.connection.ConnectionState;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.codec.Codecs;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A client whose server the test plays. */
final class ClientFixture implements AutoCloseable {
    static final LinkLoss GONE = LinkLoss.of("gone");

    final FakeServer server = new FakeServer().up();
    final ManualTimeSource time = new ManualTimeSource();
    final List<ConnectionState> states = new CopyOnWriteArrayList<>();
    final SignalboxClient client;

    ClientFixture() {
        this(ClientConfig.to("mqtt://localhost").clientId("tester"));
    }

    ClientFixture(ClientConfig.Builder config) {
        ClientListener listener = new ClientListener() {
            @Override
            public void connectionChanged(ConnectionState state) {
                states.add(state);
            }
        };
        try {
            client = SignalboxClient.create(
                    config.time(time)
                            .backoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ZERO))
                            .build(),
                    listener,
                    server,
                    List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ClientFixture connected() {
        join(client.connect());
        return this;
    }

    static Message json(String topic, String json) {
        return Message.to(Topic.ofMqtt(topic))
                .payload(json)
                .properties(MessageProperties.builder()
                        .contentType("application/json")
                        .build())
                .build();
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        try {
            join(stage);
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    static Codecs codecs() {
        return Codecs.load();
    }

    @Override
    public void close() {
        client.close();
    }
}
