package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.signalbox.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question over HTTP, answered over MQTT. */
final class RequestReplyTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    RequestReplyTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"), "http.waits-max", "1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Answers twice: first as if to another question, then rightly. */
    private Mqtt5AsyncClient responder(String topic, boolean answers) {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(server.server().ports().mqtt())
                .buildAsync();
        client.connect().join();
        client.subscribeWith()
                .topicFilter(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(question -> {
                    var to = question.getResponseTopic().orElseThrow();
                    var correlation = question.getCorrelationData().orElseThrow();
                    if (answers) {
                        client.publishWith()
                                .topic(to)
                                .correlationData("other".getBytes(StandardCharsets.US_ASCII))
                                .payload("wrong".getBytes(StandardCharsets.US_ASCII))
                                .send();
                        client.publishWith()
                                .topic(to)
                                .correlationData(correlation)
                                .payload(question.getPayloadAsBytes())
                                .contentType("text/plain")
                                .send();
                    }
                })
                .send()
                .join();
        return client;
    }

    @Test
    void theAnswerIsTheMessageThatCarriesTheCorrelation() throws Exception {
        Mqtt5AsyncClient responder = responder("ask/echo", true);
        HttpResponse<String> answer =
                server.post("/api/v1/request?timeout=30s", "{\"topic\":\"ask/echo\",\"payload\":\"who?\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("payload").asString()).isEqualTo("who?");
        assertThat(json(answer).get("contentType").asString()).isEqualTo("text/plain");
        // The same with a correlation of the caller's own.
        answer = server.post(
                "/api/v1/request?timeout=30s",
                "{\"topic\":\"ask/echo\",\"payload\":\"2\",\"correlationBase64\":\"AAE=\"}");
        assertThat(json(answer).get("correlationBase64").asString()).isEqualTo("AAE=");
        // Nothing is left of the questions: no session, no subscription.
        await().untilAsserted(() -> assertThat(
                        json(server.get("/api/v1/clients")).get("total").asInt())
                .isEqualTo(1));
        responder.disconnect().join();
    }

    @Test
    void nobodyThereIsToldAtOnceAndNobodyAnsweringInTime() throws Exception {
        assertProblem(server.post("/api/v1/request?timeout=5m", "{\"topic\":\"ask/nobody\"}"), 503, "no-responders");
        Mqtt5AsyncClient silent = responder("ask/silence", false);
        assertProblem(server.post("/api/v1/request?timeout=100ms", "{\"topic\":\"ask/silence\"}"), 504, "no-reply");
        assertProblem(
                server.post("/api/v1/request?timeout=1h", "{\"topic\":\"ask/silence\"}"), 400, "parameter-invalid");
        silent.disconnect().join();
    }

    @Test
    void requestsThatWaitAreBoundedAndTakeNoPlaceOfOthers() throws Exception {
        Mqtt5AsyncClient silent = responder("ask/silence", false);
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                server.post("/api/v1/request?timeout=5m", "{\"topic\":\"ask/silence\"}");
            } catch (Exception gone) {
                // the server has closed
            }
        });
        await().untilAsserted(
                        () -> assertProblem(server.post("/api/v1/request", "{\"topic\":\"ask/nobody\"}"), 503, "busy"));
        assertThat(server.get("/api/v1/stats").statusCode()).isEqualTo(200);
        silent.disconnect().join();
        assertThat(server.server().shutDown())
                .as("within the time for a shutdown")
                .isTrue();
        asking.join();
    }
}
