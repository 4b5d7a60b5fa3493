package io.signalbox.systemtests.matrix;

import io.signalbox.systemtests.process.ServerProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The JDK's client, which reads Server-Sent Events. */
final class EventsReceiver implements Receiver {
    private static final String DATA = "data:";

    @Override
    public Wire wire() {
        return Wire.HTTP;
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.httpPort() + "/api/v1/subscribe?filter=" + topic))
                .build();
        HttpResponse<Stream<String>> response = client.send(request, BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new AssertionError("the server answered " + response.statusCode());
        }
        var lines = response.body().iterator();
        return new Inbox() {
            @Override
            public Letter next() throws Exception {
                String data = CompletableFuture.supplyAsync(() -> {
                            String line = lines.next();
                            while (!line.startsWith(DATA)) {
                                line = lines.next();
                            }
                            return line;
                        })
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                return JsonLetters.read(JsonMapper.shared().readTree(data.substring(DATA.length())));
            }

            @Override
            public void close() {
                client.shutdownNow();
            }
        };
    }

    @Override
    public String toString() {
        return "HTTP events";
    }
}
