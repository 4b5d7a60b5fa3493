package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.application.Identity;
import io.signalbox.client.application.InterApplicationBus;
import io.signalbox.client.application.MessageContext;
import io.signalbox.client.application.Source;
import io.signalbox.client.application.Statistics;
import io.signalbox.client.http.DeadLetter;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each example of the description of the inter-application bus, in Java. */
class ApplicationExamplesTest {
    private static ServerProcess server;

    record Price(double price) {}

    record OrderCreated(String id, int quantity) {}

    @BeforeAll
    static void start() {
        // "Configuration": 10 MB a file, 100 files, 10,000 messages a client, 100 a topic.
        server = ServerProcess.with()
                .set("log.segment-bytes", "10MiB")
                .set("log.segments-max", 100)
                .set("mqtt.queue-messages-max", 10_000)
                .set("broker.history-per-topic", 100)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static InterApplicationBus application(String uuid) {
        try {
            InterApplicationBus bus = InterApplicationBus.create(Sdk.webSocket(server), Identity.of(uuid));
            join(bus.connect());
            return bus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** "Message Broker Pattern": subscribe with a wildcard, publish. */
    @Test
    void aSubscriptionWithAWildcardGetsWhatIsPublished() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (InterApplicationBus viewer = application("viewer-1");
                InterApplicationBus feed = application("feed-1")) {
            join(viewer.subscribe(
                            Source.anyone(),
                            "market.*.prices",
                            Price.class,
                            (price, source, context) -> seen.add(context.topic() + " " + price.price() + " by "
                                    + (source == null ? "?" : source.uuid())))
                    .granted());
            join(feed.publish("market.AAPL.prices", new Price(150.25)).acknowledged());
            await().atMost(PATIENCE).until(() -> seen.size() == 1);
            assertThat(seen).containsExactly("market.AAPL.prices 150.25 by feed-1");
        }
    }

    /** "Wildcard Subscriptions": all of a subject. */
    @Test
    void aSubscriptionToAllOfASubjectGetsEveryEvent() {
        List<String> topics = new CopyOnWriteArrayList<>();
        try (InterApplicationBus audit = application("audit-2");
                InterApplicationBus feed = application("feed-2")) {
            join(audit.subscribe(
                            Source.application("feed-2"),
                            "market2.#",
                            Object.class,
                            (message, source, context) -> topics.add(context.topic()))
                    .granted());
            join(feed.publish("market2.AAPL.prices", new Price(1)).acknowledged());
            join(feed.publish("market2.opened", Map.of("at", "09:30")).acknowledged());
            await().atMost(PATIENCE).until(() -> topics.size() == 2);
            assertThat(topics).containsExactly("market2.AAPL.prices", "market2.opened");
        }
    }

    /** "Message Persistence" and "Message Replay": the last hour again. */
    @Test
    void theLastHourIsReplayed() {
        List<StoredMessage> replayed = new CopyOnWriteArrayList<>();
        try (InterApplicationBus bus = application("replaying")) {
            join(bus.publish("replayed.a", new Price(1)).acknowledged());
            join(bus.publish("replayed.b", new Price(2)).acknowledged());
            join(bus.client().past().replay(TopicFilter.ofNative("replayed.#"), "1h", 0, replayed::add));
        }
        assertThat(replayed)
                .extracting(stored -> stored.message().topic().nativeText())
                .containsExactly("replayed.a", "replayed.b");
    }

    /** "Enhanced InterApplicationBus" and "Recommended patterns": a correlation id, from end to end. */
    @Test
    void aCorrelationIdIsThereAtTheReceiver() {
        List<MessageContext> seen = new CopyOnWriteArrayList<>();
        try (InterApplicationBus receiver = application("receiver-3");
                InterApplicationBus sender = application("sender-3")) {
            join(receiver.subscribe(
                            Source.anyone(),
                            "orders.created",
                            OrderCreated.class,
                            (order, source, context) -> seen.add(context))
                    .granted());
            String correlationId = "trace-4711";
            join(sender.publish("orders.created", new OrderCreated("o-1", 2), correlationId)
                    .acknowledged());
            await().atMost(PATIENCE).until(() -> seen.size() == 1);
        }
        assertThat(seen.getFirst().correlationId()).isEqualTo("trace-4711");
        assertThat(seen.getFirst().id()).isNotNull();
    }

    /** "Get statistics" and "Statistics Endpoint". */
    @Test
    void statisticsTellOfApplicationsAndOfTheServer() {
        try (InterApplicationBus one = application("stats-one");
                InterApplicationBus two = application("stats-two")) {
            join(one.subscribe(Source.anyone(), "stats.exact", Object.class, (m, s, c) -> {})
                    .granted());
            join(one.publish("stats.exact", 1).acknowledged());
            await().atMost(PATIENCE)
                    .until(() -> two.applications()
                            .containsAll(List.of(Identity.of("stats-one"), Identity.of("stats-two"))));
            await().atMost(PATIENCE).untilAsserted(() -> {
                Statistics stats = join(one.stats());
                assertThat(stats.applications()).contains(Identity.of("stats-one"), Identity.of("stats-two"));
                assertThat(stats.published()).isPositive();
                assertThat(stats.delivered()).isPositive();
                assertThat(stats.server())
                        .containsKeys(
                                "sessions", "connected", "exactRoutes", "wildcardRoutes", "queued", "deadLetters");
            });
        }
    }

    /** "Get message history" and "Message History". */
    @Test
    void theLastMessagesOfATopicAreThere() {
        try (InterApplicationBus bus = application("history-4")) {
            for (int i = 0; i < 60; i++) {
                join(bus.publish("history.created", Map.of("n", i)).acknowledged());
            }
            List<StoredMessage> history = join(bus.history("history.created", 50));
            assertThat(history).hasSize(50);
            assertThat(history.getFirst().message().payloadText()).isEqualTo("{\"n\":10}");
            assertThat(history.getLast().message().payloadText()).isEqualTo("{\"n\":59}");
            assertThat(history).allMatch(stored -> stored.timeMillis() > 0);
        }
    }

    /** "Dead Letter Queue": what failed, and at which topic. */
    @Test
    void whatCouldNotBeDeliveredIsInspected() {
        try (InterApplicationBus failing = application("failing-5");
                InterApplicationBus sender = application("sender-5")) {
            join(failing.subscribe(Source.anyone(), "dead.topic", Object.class, (message, source, context) -> {
                        throw new IllegalStateException("cannot");
                    })
                    .granted());
            join(sender.publish("dead.topic", "poison").acknowledged());
            List<String> report = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                report.clear();
                for (DeadLetter letter : join(sender.deadLetters(100))) {
                    report.add("Failed to deliver: " + letter.id() + " to topic "
                            + letter.message().topic().nativeText());
                }
                return report.stream().anyMatch(line -> line.endsWith(" to topic dead.topic"));
            });
        }
    }

    /** "Use wildcard subscriptions for aggregation", "Monitor statistics". */
    @Test
    void anAggregateFollowsAllSymbolsAndAGaugeFollowsTheBus() {
        Map<String, Double> latest = new ConcurrentHashMap<>();
        Map<String, Number> gauges = new ConcurrentHashMap<>();
        try (InterApplicationBus aggregate = application("aggregate-6");
                InterApplicationBus feed = application("feed-6")) {
            join(aggregate
                    .subscribe(
                            Source.anyone(),
                            "market6.*.prices",
                            Price.class,
                            (price, source, context) ->
                                    latest.put(context.topic().split("\\.")[1], price.price()))
                    .granted());
            join(feed.publish("market6.AAPL.prices", new Price(150.25)).acknowledged());
            join(feed.publish("market6.MSFT.prices", new Price(410)).acknowledged());
            await().atMost(PATIENCE).until(() -> latest.equals(Map.of("AAPL", 150.25, "MSFT", 410.0)));

            Statistics stats = join(feed.stats());
            gauges.put("iab.clients", stats.applications().size());
            gauges.put("iab.queued", (Number) stats.server().getOrDefault("queued", -1));
            assertThat(gauges.get("iab.queued").longValue()).isNotNegative();
        }
    }
}
