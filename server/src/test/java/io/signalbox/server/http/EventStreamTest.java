package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.server.TestServer;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Receipt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Server-Sent Events: live, resumed, and for those who read slowly. */
final class EventStreamTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    EventStreamTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"), "http.waits-max", "2", "log.segment-bytes", "1MiB");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CompletionStage<Receipt> publish(String topic, Guarantee guarantee, String payload) {
        return server.server()
                .broker()
                .publish(Message.to(Topic.ofMqtt(topic))
                        .guarantee(guarantee)
                        .payload(payload.getBytes(StandardCharsets.UTF_8))
                        .build());
    }

    /** @return sequences */
    private List<Long> publish(String topic, int from, int to) {
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            receipts.add(
                    publish(topic, Guarantee.AT_LEAST_ONCE, Integer.toString(i)).toCompletableFuture());
        }
        return receipts.stream().map(r -> r.join().sequence()).toList();
    }

    private static List<String> payloads(List<EventReader.Event> events) {
        return events.stream().map(EventReader.Event::payload).toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void whatIsPublishedComesAsEventsWhoseIdsAreTheSequences() throws Exception {
        publish("s/before", 0, 3);
        try (EventReader events = EventReader.open(server, "filter=s/%23", null)) {
            List<Long> sequences = publish("s/a", 0, 100);
            List<EventReader.Event> got = events.take(100);
            assertThat(payloads(got)).isEqualTo(numbers(0, 100));
            assertThat(got.stream().map(EventReader.Event::id).toList())
                    .isEqualTo(sequences.stream().map(String::valueOf).toList());
            assertThat(got.getFirst().data().get("topic").asString()).isEqualTo("s/a");
            publish("s/b", Guarantee.AT_MOST_ONCE, "not logged")
                    .toCompletableFuture()
                    .join();
            EventReader.Event unlogged = events.take(1).getFirst();
            assertThat(unlogged.payload()).isEqualTo("not logged");
            assertThat(unlogged.id()).isNull();
        }
    }

    /** The reader leaves and comes back again and again while messages are published as fast as they can be. */
    @Test
    void whoComesBackMissesNothingAndGetsNothingTwice() throws Exception {
        int count = 20_000;
        Thread publisher = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < count; i += 500) {
                publish(i / 500 % 2 == 0 ? "s/a" : "s/b", i, i + 500);
            }
        });
        List<String> got = new ArrayList<>();
        String last = null;
        for (int visit = 1; got.size() < count; visit++) {
            try (EventReader events =
                    EventReader.open(server, last == null ? "filter=s/%23&from=all" : "filter=s/%23", last)) {
                for (int i = visit * 97 % 1_500 + 1; i > 0 && got.size() < count; i--) {
                    EventReader.Event event = events.take(1).getFirst();
                    assertThat(event.name()).isNull();
                    got.add(event.payload());
                    last = event.id();
                }
            }
            await().until(() -> json(server.get("/api/v1/clients")).get("total").asInt() == 0);
        }
        publisher.join();
        assertThat(got).isEqualTo(numbers(0, count));
    }

    /** More than what the kernels and the server keep for one who does not read. */
    @Test
    void whoReadsSlowlyIsLateAndMissesNothing() throws Exception {
        String padding = "x".repeat(10_000);
        try (EventReader slow = EventReader.openNarrow(server, "filter=s/%23")) {
            int count = 1_500;
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                receipts.add(publish("s/a", Guarantee.AT_LEAST_ONCE, i + " " + padding)
                        .toCompletableFuture());
            }
            receipts.forEach(CompletableFuture::join);
            List<String> got = new ArrayList<>();
            for (EventReader.Event event : slow.take(count)) {
                got.add(event.payload().split(" ", 2)[0]);
            }
            assertThat(got).isEqualTo(numbers(0, count));
        }
    }

    /** The broker turns away what need not arrive when too much waits for a session; the log has it. */
    @Test
    void whatFoundNoRoomInTheBrokerIsReadFromTheLog() throws Exception {
        String padding = "x".repeat(20_000);
        try (TestServer narrow = TestServer.start(
                        directory.resolve("narrow"),
                        "server.event-loops",
                        "1",
                        "broker.transient-queue-bytes-max",
                        "1KiB",
                        "log.segment-bytes",
                        "10MiB");
                EventReader events = EventReader.open(narrow, "filter=s/%23", null)) {
            List<String> sent = new ArrayList<>();
            List<String> got = new ArrayList<>();
            for (int burst = 0; burst < 50 && narrow.server().broker().stats().dropped() == 0; burst++) {
                List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    String number = Integer.toString(sent.size());
                    sent.add(number);
                    receipts.add(narrow.server()
                            .broker()
                            .publish(Message.to(Topic.ofMqtt("s/a"))
                                    .guarantee(Guarantee.AT_LEAST_ONCE)
                                    .payload((number + " " + padding).getBytes(StandardCharsets.UTF_8))
                                    .build())
                            .toCompletableFuture());
                }
                receipts.forEach(CompletableFuture::join);
            }
            assertThat(narrow.server().broker().stats().dropped())
                    .as("turned away")
                    .isPositive();
            for (EventReader.Event event : events.take(sent.size())) {
                got.add(event.payload().split(" ", 2)[0]);
            }
            assertThat(got).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @CsvSource({"from=all, 0", "from=last=4, 6", "from=1h, 0", "from=seq=3, 2"})
    void thePastComesFirstAndTheLiveStreamBehindIt(String from, int first) throws Exception {
        publish("s/a", 0, 10);
        try (EventReader events = EventReader.open(server, "filter=s/a&" + from, null)) {
            publish("s/a", 10, 20);
            assertThat(payloads(events.take(20 - first))).isEqualTo(numbers(first, 20));
        }
    }

    @Test
    void whatMemoryAloneHasOfThePastComesOnce() throws Exception {
        publish("s/a", Guarantee.AT_MOST_ONCE, "early").toCompletableFuture().join();
        try (EventReader events = EventReader.open(server, "filter=s/a&from=all", null)) {
            publish("s/a", Guarantee.AT_MOST_ONCE, "late").toCompletableFuture().join();
            publish("s/a", Guarantee.AT_LEAST_ONCE, "last")
                    .toCompletableFuture()
                    .join();
            assertThat(payloads(events.take(3))).containsExactly("early", "late", "last");
        }
    }

    @Test
    void whatTheLogHasLostIsToldAsAGap() throws Exception {
        try (TestServer small =
                TestServer.start(directory.resolve("small"), "log.segment-bytes", "64KiB", "log.segments-max", "2")) {
            String padding = "x".repeat(10_000);
            // Retention is at work beside the publishes, and only beyond a mebibyte.
            await().until(() -> {
                for (int i = 0; i < 50; i++) {
                    small.post("/api/v1/publish", "{\"topic\":\"s\",\"payload\":\"" + padding + "\"}");
                }
                return !small.get("/api/v1/replay?filter=s&from=seq=1&limit=1")
                        .body()
                        .startsWith("{\"sequence\":1,");
            });
            try (EventReader events = EventReader.open(small, "filter=s", "1")) {
                EventReader.Event gap = events.take(1).getFirst();
                assertThat(gap.name()).isEqualTo("gap");
                assertThat(gap.id()).isNull();
                assertThat(gap.data().get("after").asLong()).isEqualTo(1);
                assertThat(Long.parseLong(
                                String.valueOf(events.take(1).getFirst().id())))
                        .isGreaterThanOrEqualTo(gap.data().get("next").asLong());
            }
        }
    }

    @Test
    void anIdOfAnotherLogIsToldAsAGapAndTheStreamGoesOn() throws Exception {
        publish("s/a", 0, 3);
        try (EventReader events = EventReader.open(server, "filter=s/a", "1000000")) {
            assertThat(events.take(1).getFirst().name()).isEqualTo("gap");
            publish("s/a", 3, 5);
            assertThat(payloads(events.take(2))).containsExactly("3", "4");
        }
    }

    @Test
    void readersAreBoundedAndLeaveNothingBehind() throws Exception {
        try (EventReader one = EventReader.open(server, "filter=s/%23", null);
                EventReader two = EventReader.open(server, "filter=s/%23", null)) {
            assertProblem(server.get("/api/v1/subscribe?filter=a"), 503, "busy");
            assertThat(json(server.get("/api/v1/clients")).get("total").asInt()).isEqualTo(2);
            assertThat(one).isNotSameAs(two);
        }
        await().untilAsserted(() -> assertThat(
                        json(server.get("/api/v1/clients")).get("total").asInt())
                .isZero());
        assertThat(server.send("HEAD", "/api/v1/subscribe?filter=a", null, null).statusCode())
                .isEqualTo(200);
        assertThat(json(server.get("/api/v1/clients")).get("total").asInt()).isZero();
    }

    @Test
    void aStreamEndsWithTheServer() throws Exception {
        try (EventReader events = EventReader.open(server, "filter=s/%23", null)) {
            publish("s/a", 0, 1);
            events.take(1);
            assertThat(server.server().shutDown())
                    .as("within the time for a shutdown")
                    .isTrue();
            EventReader.Event none;
            try {
                none = events.next();
            } catch (java.io.IOException cutOff) {
                none = null;
            }
            assertThat(none).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', parameter-invalid",
        "filter=a/%23/b, '', filter-invalid",
        "filter=a&from=yesterday, '', parameter-invalid",
        "filter=a, x, parameter-invalid",
        "filter=a, -1, parameter-invalid",
        "filter=a, 9223372036854775807, parameter-invalid",
        "filter=a, 99999999999999999999, parameter-invalid",
    })
    void whatMakesNoSenseIsRefusedWithItsReason(String query, String lastEventId, String code) throws Exception {
        assertProblem(
                server.send("GET", "/api/v1/subscribe?" + query, null, null, "last-event-id", lastEventId), 400, code);
    }
}
