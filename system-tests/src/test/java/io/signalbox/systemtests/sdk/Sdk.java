package io.signalbox.systemtests.sdk;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.connection.Backoff;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What the tests of the SDK have in common. */
final class Sdk {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Backoff IMPATIENT =
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofSeconds(10));

    private Sdk() {}

    /** A server that is back at the same port after a restart; not started yet. */
    static ServerProcess at(int port) {
        return ServerProcess.with().set("mqtt.port", port).build();
    }

    static ClientConfig.Builder mqtt(int port) {
        return ClientConfig.to("mqtt://127.0.0.1:" + port).backoff(IMPATIENT);
    }

    static String webSocket(ServerProcess server) {
        return "ws://127.0.0.1:" + server.httpPort() + "/mqtt";
    }

    static SignalboxClient connected(ClientConfig.Builder config) {
        SignalboxClient client = create(config);
        join(client.connect());
        return client;
    }

    static SignalboxClient create(ClientConfig.Builder config) {
        try {
            return SignalboxClient.create(config.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        try {
            join(stage);
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("it did not fail");
    }
}
