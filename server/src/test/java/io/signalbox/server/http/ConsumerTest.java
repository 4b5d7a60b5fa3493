package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Durable sessions that are polled, and messages that are settled. */
final class ConsumerTest {
    private static final String WORK = "/api/v1/consumers/work";

    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    ConsumerTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode open(String body) throws Exception {
        HttpResponse<String> answer = server.send("PUT", WORK, body, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private void publish(String topic, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            server.post("/api/v1/publish", "{\"topic\":\"" + topic + "\",\"payload\":\"" + i + "\"}");
        }
    }

    private List<JsonNode> poll(String parameters) throws Exception {
        HttpResponse<String> answer = server.send("POST", WORK + "/poll" + parameters, null, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> messages = new ArrayList<>();
        json(answer).get("messages").forEach(messages::add);
        return messages;
    }

    private JsonNode settle(String receipt, String outcome, String more) throws Exception {
        HttpResponse<String> answer = server.post(
                WORK + "/settle",
                "{\"settlements\":[{\"receipt\":\"" + receipt + "\",\"outcome\":\"" + outcome + "\"" + more + "}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private void accept(List<JsonNode> messages) throws Exception {
        for (JsonNode message : messages) {
            assertThat(settle(message.get("receipt").asString(), "accept", "")
                            .get("settled")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    private static List<String> payloads(List<JsonNode> messages) {
        return messages.stream().map(m -> m.get("payload").asString()).toList();
    }

    @Test
    void whatWaitsIsPolledInOrderAndWhatIsAcceptedIsGone() throws Exception {
        assertThat(open("{\"filters\":[\"w/#\"]}").get("resumed").asBoolean()).isFalse();
        publish("w/a", 0, 25);
        List<JsonNode> first = poll("?max=10&wait=30s");
        assertThat(payloads(first)).isEqualTo(numbers(0, 10));
        assertThat(first.getFirst().get("sequence").asLong()).isPositive();
        accept(first);
        List<JsonNode> rest = new ArrayList<>();
        while (rest.size() < 15) {
            List<JsonNode> some = poll("?max=10&wait=30s");
            accept(some);
            rest.addAll(some);
        }
        assertThat(payloads(rest)).isEqualTo(numbers(10, 25));
        assertThat(poll("")).isEmpty();
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    @Test
    void aPollWaitsForWhatComes() throws Exception {
        open("{\"filters\":[{\"filter\":\"w/#\"}]}");
        CompletableFuture<List<JsonNode>> polled = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                polled.complete(poll("?wait=5m"));
            } catch (Throwable e) {
                polled.completeExceptionally(e);
            }
        });
        publish("w/a", 7, 8);
        assertThat(payloads(polled.get())).containsExactly("7");
    }

    @Test
    void eachOutcomeIsWhatItSays() throws Exception {
        open("{\"filters\":[\"w/#\"],\"ackTimeout\":\"24h\"}");
        publish("w/a", 1, 2);
        JsonNode one = poll("?wait=30s").getFirst();
        settle(one.get("receipt").asString(), "release", "");
        one = poll("?wait=30s").getFirst();
        assertThat(one.get("attempts").asInt()).as("given back without blame").isZero();
        settle(one.get("receipt").asString(), "modify", ",\"reason\":\"not now\",\"delay\":\"1ms\"");
        one = poll("?wait=30s").getFirst();
        assertThat(one.get("attempts").asInt()).isEqualTo(1);
        assertThat(settle(one.get("receipt").asString(), "extend", "")
                        .get("settled")
                        .asInt())
                .isEqualTo(1);
        settle(one.get("receipt").asString(), "reject", ",\"reason\":\"never\"");
        await().untilAsserted(() -> {
            JsonNode dead = json(server.get("/api/v1/dead-letters")).get("deadLetters");
            assertThat(dead).hasSize(1);
            assertThat(dead.get(0).toString()).contains("never");
        });
        assertThat(poll("")).isEmpty();
    }

    /** Who is too late must not accept what another worker has now. */
    @Test
    void whatIsNotSettledInTimeComesAgainUnderAnotherReceipt() throws Exception {
        open("{\"filters\":[\"w/#\"],\"ackTimeout\":\"100ms\"}");
        publish("w/a", 1, 2);
        JsonNode first = poll("?wait=30s").getFirst();
        JsonNode second = poll("?wait=30s").getFirst();
        assertThat(second.get("redelivered").asBoolean()).isTrue();
        String late = first.get("receipt").asString();
        assertThat(second.get("receipt").asString()).isNotEqualTo(late);
        assertThat(settle(late, "accept", "").get("unknown").get(0).asString()).isEqualTo(late);
    }

    @Test
    void aConsumerThatNobodyPollsIsDetachedAndKeepsItsQueue() throws Exception {
        server.close();
        server = TestServer.start(directory.resolve("impatient"), "http.consumer-idle-timeout", "2s");
        open("{\"filters\":[\"w/#\"]}");
        publish("w/a", 0, 3);
        assertThat(payloads(all(1, "?max=1&wait=30s"))).containsExactly("0");
        await().untilAsserted(() -> assertThat(json(server.get("/api/v1/clients/http:work"))
                        .get("state")
                        .asString())
                .isEqualToIgnoringCase("offline"));
        await().untilAsserted(
                        () -> assertProblem(server.send("POST", WORK + "/poll", null, null), 404, "session-not-found"));
        publish("w/a", 3, 4);
        assertThat(open("{\"filters\":[\"w/#\"]}").get("resumed").asBoolean()).isTrue();
        assertThat(payloads(all(4, "?wait=30s"))).isEqualTo(numbers(0, 4));
    }

    /** On a busy machine this test may be the one that does not poll in time; then all come again. */
    private List<JsonNode> all(int count, String parameters) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        while (all.size() < count) {
            HttpResponse<String> answer = server.send("POST", WORK + "/poll" + parameters, null, null);
            if (answer.statusCode() == 404) {
                all.clear();
                assertThat(open("{\"filters\":[\"w/#\"]}").get("resumed").asBoolean())
                        .isTrue();
            } else {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                json(answer).get("messages").forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void thePastIsAskedForOnceHoweverOftenItIsPut() throws Exception {
        publish("w/a", 0, 3);
        String body = "{\"filters\":[{\"filter\":\"w/#\",\"from\":\"all\"}]}";
        open(body);
        List<JsonNode> past = new ArrayList<>();
        while (past.size() < 3) {
            past.addAll(poll("?wait=30s"));
        }
        accept(past);
        assertThat(open(body).get("resumed").asBoolean()).isTrue();
        publish("w/a", 3, 4);
        assertThat(payloads(poll("?wait=30s"))).containsExactly("3");
    }

    @Test
    void creditBoundsWhatIsUnsettled() throws Exception {
        open("{\"filters\":[\"w/#\"],\"credit\":2,\"ackTimeout\":\"24h\"}");
        publish("w/a", 0, 5);
        List<JsonNode> two = poll("?wait=30s");
        while (two.size() < 2) {
            two.addAll(poll("?wait=30s"));
        }
        assertThat(payloads(two)).containsExactly("0", "1");
        assertThat(poll("?wait=100ms")).isEmpty();
        accept(two);
        assertThat(payloads(poll("?max=1&wait=30s"))).containsExactly("2");
    }

    @Test
    void aConsumerIsEndedForGood() throws Exception {
        open("{\"filters\":[\"w/#\"]}");
        publish("w/a", 0, 1);
        assertThat(server.send("DELETE", WORK, null, null).statusCode()).isEqualTo(200);
        assertProblem(server.send("DELETE", WORK, null, null), 404, "session-not-found");
        assertThat(open("{\"filters\":[\"w/#\"]}").get("resumed").asBoolean()).isFalse();
        assertThat(poll("")).isEmpty();
    }

    @Test
    void consumersAreBounded() throws Exception {
        try (TestServer narrow = TestServer.start(directory.resolve("narrow"), "http.consumers-max", "1")) {
            String body = "{\"filters\":[\"a\"]}";
            assertThat(narrow.send("PUT", "/api/v1/consumers/a", body, null).statusCode())
                    .isEqualTo(200);
            assertProblem(narrow.send("PUT", "/api/v1/consumers/b", body, null), 503, "busy");
            assertThat(narrow.send("PUT", "/api/v1/consumers/a", body, null).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | body-invalid",
                "{\"filters\":[]} | body-invalid",
                "{\"filters\":[1]} | body-invalid",
                "{\"filters\":[\"a/#/b\"]} | filter-invalid",
                "{\"filters\":[{\"filter\":\"a\",\"share\":\"x/y\"}]} | body-invalid",
                "{\"filters\":[{\"filter\":\"a\",\"from\":\"yesterday\"}]} | parameter-invalid",
                "{\"filters\":[\"a\"],\"expiry\":\"soon\"} | body-invalid",
                "{\"filters\":[\"a\"],\"ackTimeout\":\"1ms\"} | body-invalid",
                "{\"filters\":[\"a\"],\"credit\":0} | body-invalid",
                "{\"filters\":[\"a\"],\"credits\":1} | body-invalid",
            })
    void aConsumerThatMakesNoSenseIsRefused(String body, String code) throws Exception {
        assertProblem(server.send("PUT", WORK, body, null), 400, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"settlements\":[]}",
                "{\"settlements\":[{\"receipt\":\"1-a\"}]}",
                "{\"settlements\":[{\"receipt\":\"1-a\",\"outcome\":\"drop\"}]}",
                "{\"settlements\":[{\"receipt\":\"1-a\",\"outcome\":\"accept\",\"reason\":\"x\"}]}",
                "{\"settlements\":[{\"receipt\":\"1-a\",\"outcome\":\"reject\",\"delay\":\"1s\"}]}",
                "{\"settlements\":[{\"receipt\":\"1-a\",\"outcome\":\"accept\"},{\"receipt\":\"1-a\",\"outcome\":\"reject\"}]}",
            })
    void aSettlementThatMakesNoSenseIsRefusedAndNothingIsSettled(String body) throws Exception {
        open("{\"filters\":[\"w/#\"]}");
        assertProblem(server.post(WORK + "/settle", body), 400, "body-invalid");
    }

    @Test
    void receiptsOfNothingAreNamed() throws Exception {
        open("{\"filters\":[\"w/#\"]}");
        for (String receipt : List.of("", "-", "1", "1-", "1-a", "99999-a", "123456-a", "x-a", "-1-a")) {
            assertThat(settle(receipt, "accept", "").get("unknown").get(0).asString())
                    .isEqualTo(receipt);
        }
    }

    /** A thousand messages may be a gigabyte: what a poll brings is bounded by bytes too, and the rest comes next. */
    @Test
    void aPollBringsNoMoreThanSomeMegabytesAndTheNextGoesOn() throws Exception {
        open("{\"filters\":[\"big\"]}");
        String padding = " " + "x".repeat(1_000_000);
        for (int i = 0; i < 12; i++) {
            assertThat(server.post("/api/v1/publish", "{\"topic\":\"big\",\"payload\":\"" + i + padding + "\"}")
                            .statusCode())
                    .isEqualTo(200);
        }
        List<String> got = new ArrayList<>();
        while (got.size() < 12) {
            List<JsonNode> some = poll("?max=1000&wait=30s");
            assertThat(some).hasSizeBetween(1, 5);
            some.forEach(m -> got.add(m.get("payload").asString().split(" ", 2)[0]));
            accept(some);
        }
        assertThat(got)
                .isEqualTo(java.util.stream.IntStream.range(0, 12)
                        .mapToObj(Integer::toString)
                        .toList());
    }
}
