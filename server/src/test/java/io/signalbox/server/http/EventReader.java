package io.signalbox.server.http;

import io.signalbox.server.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads Server-Sent Events as the HTML standard has it. */
final class EventReader implements AutoCloseable {
    /**
     * @param id null: it has none
     * @param name null: an ordinary one
     */
    record Event(@Nullable String id, @Nullable String name, JsonNode data) {
        String payload() {
            return data.get("payload").asString();
        }
    }

    private final AutoCloseable connection;
    private final BufferedReader lines;

    private EventReader(AutoCloseable connection, BufferedReader lines) {
        this.connection = connection;
        this.lines = lines;
    }

    static EventReader open(TestServer server, String query, @Nullable String lastEventId) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.httpPort() + "/api/v1/subscribe?" + query));
        if (lastEventId != null) {
            request.setHeader("last-event-id", lastEventId);
        }
        HttpResponse<java.io.InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200
                || !response.headers().firstValue("content-type").orElse("").equals("text/event-stream")) {
            throw new AssertionError(response + " " + response.headers());
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        return new EventReader(
                () -> {
                    response.body().close();
                    client.shutdownNow();
                },
                lines);
    }

    /** By hand and with a small window, for who does not read. HTTP/1.0, so that there are no chunks between. */
    static EventReader openNarrow(TestServer server, String query) throws Exception {
        Socket socket = server.connect(64 << 10);
        socket.getOutputStream()
                .write(("GET /api/v1/subscribe?" + query + " HTTP/1.0\r\nHost: localhost\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        while (!lines.readLine().isEmpty()) {}
        return new EventReader(socket, lines);
    }

    /** Waits for it. @return null: the stream has ended */
    @Nullable
    Event next() throws IOException {
        String id = null;
        String name = null;
        StringBuilder data = new StringBuilder();
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.isEmpty() && !data.isEmpty()) {
                return new Event(id, name, JsonMapper.shared().readTree(data.toString()));
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line, 6, line.length());
            } else if (!line.isEmpty() && !line.startsWith(":") && !line.startsWith("retry: ")) {
                throw new AssertionError("no line of an event: " + line);
            }
        }
        return null;
    }

    List<Event> take(int count) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Event event = next();
            if (event == null) {
                throw new AssertionError("the stream ended after " + events);
            }
            events.add(event);
        }
        return events;
    }

    @Override
    public void close() throws Exception {
        connection.close();
    }
}
