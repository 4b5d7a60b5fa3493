package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.server.TestServer;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a rejected message to its redrive, its replacement and its purge. */
final class DeadLetterApiTest {
    @TempDir
    Path directory = Path.of("");

    /** Rejects what is marked "bad", accepts the rest. */
    private static final class Picky implements Subscriber, Lane {
        final ExecutorService thread = Executors.newSingleThreadExecutor();
        final List<String> accepted = new CopyOnWriteArrayList<>();
        final CompletableFuture<Session> session = new CompletableFuture<>();
        volatile boolean inLane;

        @Override
        public void execute(Runnable task) {
            thread.execute(() -> {
                inLane = true;
                task.run();
                inLane = false;
            });
        }

        @Override
        public boolean inLane() {
            return inLane;
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            boolean bad = message.payloadText().equals("bad");
            if (!bad) {
                accepted.add(message.payloadText());
            }
            session.thenAccept(s -> execute(
                    () -> s.settle(deliveryId, bad ? new Settlement.Rejected("it is bad") : Settlement.ACCEPTED)));
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}
    }

    @Test
    void aDeadLetterIsListedShownRedrivenReplacedAndPurged() throws Exception {
        try (TestServer server = TestServer.start(directory.resolve("data"))) {
            Picky picky = new Picky();
            Session session = server.server()
                    .broker()
                    .open(SessionOptions.durableSession("picky"), picky, picky)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            picky.session.complete(session);
            session.subscribe(List.of(FilterSpec.of(TopicFilter.ofMqtt("work/#"), Guarantee.AT_LEAST_ONCE)))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            for (String payload : List.of("good", "bad", "bad", "bad")) {
                server.post("/api/v1/publish", "{\"topic\":\"work/1\",\"payload\":\"" + payload + "\"}");
            }
            await().until(() ->
                    json(server.get("/api/v1/dead-letters")).get("deadLetters").size() == 3);
            JsonNode letters = json(server.get("/api/v1/dead-letters?topic=work/%2B&session=picky&reason=rejected"))
                    .get("deadLetters");
            assertThat(letters.size()).isEqualTo(3);
            assertThat(json(server.get("/api/v1/dead-letters?session=other"))
                            .get("deadLetters")
                            .size())
                    .isZero();
            long first = letters.get(0).get("id").asLong();

            JsonNode shown = json(server.get("/api/v1/dead-letters/" + first));
            assertThat(shown.get("message").get("payload").asString()).isEqualTo("bad");
            assertThat(shown.get("deaths").get(0).get("reason").asString()).isEqualTo("rejected");
            assertThat(shown.get("deaths").get(0).get("error").asString()).isEqualTo("it is bad");

            String redriven = server.post(
                            "/api/v1/dead-letters/redrive",
                            "{\"ids\":[" + first + "],\"target\":\"elsewhere\",\"rate\":100}")
                    .body();
            assertThat(redriven.strip().lines().reduce((a, b) -> b))
                    .get()
                    .asString()
                    .contains("\"redriven\":1", "\"done\":true");
            assertThat(server.get("/api/v1/history?topic=elsewhere").body()).contains("\"payload\":\"bad\"");

            long second = letters.get(1).get("id").asLong();
            var replaced = server.post(
                    "/api/v1/dead-letters/" + second + "/replace", "{\"topic\":\"work/1\",\"payload\":\"mended\"}");
            assertThat(replaced.statusCode()).as(replaced.body()).isEqualTo(200);
            await().until(() -> picky.accepted.contains("mended"));

            long third = letters.get(2).get("id").asLong();
            assertThat(json(server.send("DELETE", "/api/v1/dead-letters?ids=" + third, null, null))
                            .get("purged")
                            .asLong())
                    .isEqualTo(1);
            assertThat(server.get("/api/v1/dead-letters/" + third).statusCode()).isEqualTo(404);
            assertThat(json(server.get("/api/v1/dead-letters"))
                            .get("deadLetters")
                            .size())
                    .isZero();
            assertThat(json(server.get("/api/v1/dead-letters?resolved=true"))
                            .get("deadLetters")
                            .size())
                    .isEqualTo(2);
            assertThat(json(server.get("/api/v1/ledger")).get("mismatches").size())
                    .isZero();

            assertThat(json(server.get("/api/v1/clients/picky")).get("state").asString())
                    .isEqualTo("ONLINE");
            assertThat(server.send("DELETE", "/api/v1/clients/picky", null, null)
                            .statusCode())
                    .isEqualTo(200);
            await().until(() -> server.get("/api/v1/clients/picky").statusCode() == 404);
            picky.thread.shutdown();
        }
    }
}
