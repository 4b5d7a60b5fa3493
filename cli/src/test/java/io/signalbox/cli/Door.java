package io.signalbox.cli;

import io.signalbox.server.SignalboxServer;
import io.signalbox.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The protocols of a whole server, by the URLs that the commands take. */
enum Door {
    MQTT("mqtt"),
    WEB_SOCKET("ws"),
    AMQP("amqp"),
    HTTP("http");

    private final String scheme;

    Door(String scheme) {
        this.scheme = scheme;
    }

    /** A server with all of them, on free ports unless the settings say otherwise. */
    static SignalboxServer server(Path data, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "mqtt.port", "0",
                "amqp.enabled", "true",
                "amqp.port", "0",
                "http.port", "0",
                "data.dir", data.toString()));
        settings.putAll(more);
        return SignalboxServer.start(ServerConfig.load(null, Map.of(), settings));
    }

    String url(SignalboxServer of) {
        return url(
                switch (this) {
                    case MQTT -> of.ports().mqtt();
                    case AMQP -> of.ports().amqp();
                    case WEB_SOCKET, HTTP -> of.ports().http();
                });
    }

    String url(int port) {
        return scheme + "://127.0.0.1:" + port;
    }

    static String[] words(String command, String url, String line, String... more) {
        return Stream.of(List.of(command, "-L", url), List.of(line.split(" ")), List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }
}
