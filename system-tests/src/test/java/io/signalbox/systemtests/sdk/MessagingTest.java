package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.failure;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.cache.LastValues;
import io.signalbox.client.connection.ConnectionState;
import io.signalbox.client.connection.RefusedException;
import io.signalbox.client.http.DeadLetter;
import io.signalbox.client.request.FaultException;
import io.signalbox.client.request.NoReplyException;
import io.signalbox.client.subscribe.Received;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Publish, subscribe, ask, look back: two clients and a real server, over WebSocket, where the API is known too. */
class MessagingTest {
    private static ServerProcess server;

    record Order(String item, int count) {}

    @BeforeAll
    static void start() {
        server = ServerProcess.started();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ClientConfig.Builder config() {
        return ClientConfig.to(Sdk.webSocket(server));
    }

    private static SignalboxClient client() {
        return Sdk.connected(config());
    }

    @Test
    void aValueArrivesAsOneInWhateverFormatItWasSent() {
        List<Order> seen = new CopyOnWriteArrayList<>();
        try (SignalboxClient one = client();
                SignalboxClient packing =
                        Sdk.connected(config().codecs(Codecs.load().preferring("application/msgpack")))) {
            join(one.subscribe("orders/+", Order.class, r -> seen.add(r.value()))
                    .granted());
            join(one.publish("orders/1", new Order("book", 1)).acknowledged());
            join(packing.publish("orders/2", new Order("pen", 2)).acknowledged());
            await().atMost(PATIENCE).until(() -> seen.size() == 2);
            assertThat(seen).containsExactly(new Order("book", 1), new Order("pen", 2));
        }
    }

    @Test
    void allThatAMessageSaysArrives() {
        AtomicReference<Message> seen = new AtomicReference<>();
        MessageProperties said = MessageProperties.builder()
                .id("the-id")
                .from("me")
                .contentType("text/plain")
                .correlation(new byte[] {1, 2, 3})
                .orderingKey("k")
                .schema("order", "1.0")
                .header("x", "1")
                .header("x", "2")
                .build();
        try (SignalboxClient one = client()) {
            join(one.subscribe("whole", Message.class, r -> seen.set(r.message()))
                    .granted());
            join(one.publish(Message.to(Topic.ofMqtt("whole"))
                            .payload("text")
                            .priority(7)
                            .ttlMillis(60_000)
                            .properties(said)
                            .build())
                    .acknowledged());
            await().atMost(PATIENCE).until(() -> seen.get() != null);
        }
        Message message = seen.get();
        String key = message.properties().idempotencyKey();
        assertThat(key).matches("[A-Za-z0-9_-]{22}:1");
        assertThat(message.properties())
                .isEqualTo(said.toBuilder().idempotencyKey(key).build());
        assertThat(message.priority()).isEqualTo(7);
        assertThat(message.ttlMillis()).isBetween(1L, 60_000L);
    }

    @Test
    void theServerSaysWhetherAnybodyIsSubscribed() {
        try (SignalboxClient one = client()) {
            assertThat(join(one.publish("nobody/here", 1).acknowledged()).subscribers())
                    .isFalse();
            join(one.subscribe("nobody/here", Integer.class, r -> {}).granted());
            assertThat(join(one.publish("nobody/here", 1).acknowledged()).subscribers())
                    .isTrue();
        }
    }

    @Test
    void qosZeroGoesAtOnce() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Message zero = Message.to(Topic.ofMqtt("zero"))
                .guarantee(Guarantee.AT_MOST_ONCE)
                .payload("0")
                .build();
        try (SignalboxClient one = client()) {
            join(one.subscribe("zero", Message.class, r -> seen.add(r.message().payloadText()))
                    .granted());
            join(one.publish(zero).acknowledged());
            await().atMost(PATIENCE).until(() -> seen.equals(List.of("0")));
        }
        try (SignalboxClient never = Sdk.create(config())) {
            assertThat(failure(never.publish(zero).spooled())).hasMessageContaining("there is no connection");
        }
    }

    @Test
    void questionsAreAnswered() throws Exception {
        try (SignalboxClient asking = client();
                SignalboxClient answering = client()) {
            join(answering
                    .respond(
                            SubscribeOptions.to("price/of"),
                            Order.class,
                            q -> q.value().count() * 100)
                    .granted());
            assertThat(join(asking.request("price/of", new Order("book", 3), Integer.class, PATIENCE)))
                    .isEqualTo(300);
            assertThat(asking.blocking().request("price/of", new Order("pen", 1), Integer.class, PATIENCE))
                    .isEqualTo(100);
        }
    }

    @Test
    void whoAsksNobodyIsToldAtOnceAndWhoIsNotAnsweredWhenTimeIsOver() {
        try (SignalboxClient asking = client();
                SignalboxClient silent = client()) {
            assertThat(failure(asking.request("nobody/answers", 1, Integer.class, PATIENCE)))
                    .isInstanceOfSatisfying(
                            SignalboxException.class,
                            e -> assertThat(e.reason()).isEqualTo(ReasonCode.NO_RESPONDERS));
            join(silent.subscribe("silent", Message.class, r -> {}).granted());
            assertThat(failure(asking.request("silent", 1, Integer.class, Duration.ofMillis(100))))
                    .isInstanceOf(NoReplyException.class);
            join(silent.respond(SubscribeOptions.to("failing"), Integer.class, q -> {
                        throw new IllegalStateException("out of numbers");
                    })
                    .granted());
            assertThat(failure(asking.request("failing", 1, Integer.class, PATIENCE)))
                    .isInstanceOf(FaultException.class)
                    .hasMessage("out of numbers");
        }
    }

    @Test
    void aLateSubscriberBeginsInThePast() {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        try (SignalboxClient one = client()) {
            IntStream.range(0, 10).forEach(n -> join(one.publish("late/a", n).acknowledged()));
            join(one.subscribe(SubscribeOptions.to("late/#").from("last=3"), Integer.class, r -> seen.add(r.value()))
                    .granted());
            join(one.publish("late/a", 10).acknowledged());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen).containsExactly(7, 8, 9, 10));
        }
    }

    @Test
    void historyAndReplayTellThePast() {
        try (SignalboxClient one = client()) {
            IntStream.range(0, 10).forEach(n -> join(one.publish("past/a", n).acknowledged()));
            assertThat(join(one.past().history(TopicFilter.ofMqtt("past/a"), 3)))
                    .extracting(stored -> stored.message().payloadText())
                    .containsExactly("7", "8", "9");
            List<String> replayed = new CopyOnWriteArrayList<>();
            assertThat(join(one.past()
                            .replay(
                                    TopicFilter.ofMqtt("past/#"),
                                    "1h",
                                    0,
                                    stored -> replayed.add(stored.message().payloadText()))))
                    .isEqualTo(10);
            assertThat(replayed)
                    .isEqualTo(
                            IntStream.range(0, 10).mapToObj(Integer::toString).toList());
            assertThat(failure(one.past().history(TopicFilter.ofMqtt("past/a"), 0)))
                    .isInstanceOf(SignalboxException.class)
                    .hasMessageContaining("400");
        }
    }

    @Test
    void whatAListenerCannotHandleIsADeadLetter() {
        try (SignalboxClient one = client()) {
            Subscription subscription = one.subscribe("dying", Order.class, r -> {
                throw new IllegalStateException("no stock of " + r.value().item());
            });
            join(subscription.granted());
            join(one.publish("dying", new Order("book", 1)).acknowledged());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(join(one.past().deadLetters(100)))
                            .extracting(letter -> letter.message().topic().text())
                            .contains("dying"));
            DeadLetter letter = join(one.past().deadLetters(100)).getFirst();
            assertThat(letter.session()).isEqualTo(one.config().clientId());
        }
    }

    @Test
    void theLastValuesAreThereFromTheStart() {
        try (SignalboxClient one = client()) {
            join(one.publish(Message.to(Topic.ofMqtt("values/a")).retain(true).build(), 1)
                    .acknowledged());
            try (SignalboxClient two = client();
                    LastValues values = two.lastValues(SubscribeOptions.to("values/#"), 100)) {
                join(values.granted());
                await().atMost(PATIENCE)
                        .until(() -> values.value("values/a", Integer.class).isPresent());
                join(one.publish("values/a", 2).acknowledged());
                await().atMost(PATIENCE)
                        .until(() -> values.value("values/a", Integer.class).equals(java.util.Optional.of(2)));
            }
        }
    }

    @Test
    void aFlowSubscriberHoldsBackTheServer() {
        List<Received<Integer>> seen = new CopyOnWriteArrayList<>();
        AtomicReference<Flow.Subscription> flow = new AtomicReference<>();
        try (SignalboxClient reader =
                        Sdk.connected(config().clientId("slow-flow").credit(10));
                SignalboxClient writer = client()) {
            reader.publisher(SubscribeOptions.to("flow"), Integer.class).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    flow.set(subscription);
                }

                @Override
                public void onNext(Received<Integer> item) {
                    seen.add(item);
                }

                @Override
                public void onError(Throwable why) {
                    throw new AssertionError(why);
                }

                @Override
                public void onComplete() {
                    // With its client.
                }
            });
            await().atMost(PATIENCE)
                    .until(() -> join(writer.publish("flow", -1).acknowledged()).subscribers());
            IntStream.range(0, 100).forEach(n -> writer.publish("flow", n));
            await().atMost(PATIENCE).until(() -> writer.pending() == 0);
            flow.get().request(4);
            await().atMost(PATIENCE).until(() -> seen.size() == 4);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(unsettled("slow-flow")).isEqualTo(10));
            await().during(Duration.ofMillis(200)).until(() -> unsettled("slow-flow") == 10 && seen.size() == 4);

            flow.get().request(Long.MAX_VALUE);
            await().atMost(PATIENCE).until(() -> {
                seen.forEach(Received::accept);
                return seen.size() >= 101;
            });
            seen.forEach(Received::accept);
            assertThat(seen.stream().map(Received::value).filter(value -> value >= 0))
                    .isEqualTo(IntStream.range(0, 100).boxed().toList());
        }
    }

    private static int unsettled(String session) {
        return server.http()
                .get("/api/v1/clients/" + session)
                .json()
                .path("unsettled")
                .asInt();
    }

    @Test
    void twoClientsOfOneIdDoNotThrowEachOtherOutForEver() {
        try (SignalboxClient first = Sdk.connected(config().clientId("twin"));
                SignalboxClient second = Sdk.connected(config().clientId("twin"))) {
            await().atMost(PATIENCE).until(() -> first.connection() instanceof ConnectionState.Offline);
            await().during(Duration.ofMillis(500)).until(() -> second.connection() instanceof ConnectionState.Online);
        }
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedAndKept() {
        try (SignalboxClient one = client()) {
            byte[] large = new byte[2 << 20];
            assertThat(failure(one.publish(Message.to(Topic.ofMqtt("large"))
                                    .payload(large)
                                    .build())
                            .acknowledged()))
                    .isInstanceOf(RefusedException.class);
            assertThat(one.refused(10)).singleElement().satisfies(refused -> {
                assertThat(refused.refusal().reason()).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE);
                assertThat(refused.message().payload()).hasSize(large.length);
            });
            join(one.publish("large", "but this one").acknowledged());
        }
    }
}
