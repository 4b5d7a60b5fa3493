package io.signalbox.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Http;
import io.signalbox.systemtests.process.ServerProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The JDK's client, which polls a consumer and settles what it got. */
final class ConsumerReceiver implements Receiver {
    @Override
    public Wire wire() {
        return Wire.HTTP;
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) throws Exception {
        String path = "/api/v1/consumers/" + UUID.randomUUID();
        assertThat(send(server, "PUT", path, "{\"filters\":[\"" + topic + "\"]}")
                        .statusCode())
                .isEqualTo(200);
        return new Inbox() {
            @Override
            public Letter next() {
                Http.Answer answer = server.http().post(path + "/poll?max=1&wait=" + PATIENCE.toSeconds() + "s", "");
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                JsonNode message = answer.json().get("messages").get(0);
                assertThat(message).as("a message").isNotNull();
                Http.Answer settled = server.http()
                        .post(
                                path + "/settle",
                                "{\"settlements\":[{\"receipt\":\""
                                        + message.get("receipt").asString() + "\",\"outcome\":\"accept\"}]}");
                assertThat(settled.status()).as(settled.body()).isEqualTo(200);
                return JsonLetters.read(message);
            }

            @Override
            public void close() throws Exception {
                var unused = send(server, "DELETE", path, "");
            }
        };
    }

    private static HttpResponse<String> send(ServerProcess server, String method, String path, String body)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
                            .header("Content-Type", "application/json")
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    @Override
    public String toString() {
        return "HTTP consumer";
    }
}
