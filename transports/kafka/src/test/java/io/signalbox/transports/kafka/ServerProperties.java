package io.signalbox.transports.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** What a Kafka server of a test is started with. */
final class ServerProperties {
    private ServerProperties() {}

    /**
     * @param voters all controllers, as {@code id@host:port}
     * @param listeners as {@code NAME://host:port}; those of clients are PLAINTEXT and PROXIED
     * @param advertised those of clients, as they are to reach them
     * @param replicas of all Kafka topics that do not say otherwise, and of Kafka's own
     */
    static String of(int node, String voters, String listeners, String advertised, Path data, int replicas) {
        try (InputStream template =
                Objects.requireNonNull(ServerProperties.class.getResourceAsStream("/server.properties"))) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("NODE", String.valueOf(node))
                    .replace("VOTERS", voters)
                    .replace("ADVERTISED", advertised)
                    .replace("LISTENERS", listeners)
                    .replace("FOLDER", data.toString())
                    .replace("REPLICAS", String.valueOf(replicas))
                    .replace("IN_SYNC", String.valueOf(replicas / 2 + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
