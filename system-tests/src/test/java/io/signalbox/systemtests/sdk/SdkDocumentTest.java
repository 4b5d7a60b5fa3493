package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.application.Identity;
import io.signalbox.client.application.InterApplicationBus;
import io.signalbox.client.application.Source;
import io.signalbox.client.cache.LastValues;
import io.signalbox.client.spool.Publication;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/client.md and docs/applications.md. */
class SdkDocumentTest {
    private static ServerProcess server;

    @TempDir
    private Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private String url = "";

    record Order(String item, int count) {}

    record Price(double value) {}

    @BeforeAll
    static void start() {
        server = ServerProcess.started();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private void log(String line) {
        lines.add(line);
    }

    private void handle(Order order) {
        lines.add("handled " + order.item());
    }

    private static int priceOf(Order order) {
        return order.count() * 100;
    }

    private void show(Price price) {
        lines.add("price " + price.value());
    }

    private void show(String topic, Price price, @Nullable Identity source) {
        lines.add(topic + " " + price.value() + " " + (source == null ? "" : source.text()));
    }

    @Test
    void aTillPublishes() throws Exception {
        url = "mqtt://127.0.0.1:" + server.mqttPort();
        ClientConfig config = ClientConfig.to(url)
                .clientId("till-7")
                .spool(SpoolConfig.in(folder))
                .build();
        SignalboxClient client = SignalboxClient.open(config);
        Publication publication = client.publish("orders/new", new Order("book", 2));
        publication.spooled().thenAccept(here -> log("safe on disk as number " + here.sequence()));
        publication.acknowledged().thenAccept(there -> log("the server has it"));
        try (client) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(lines).containsExactly("safe on disk as number 1", "the server has it"));
        }
    }

    @Test
    void aServiceHearsAndAnswers() throws Exception {
        try (SignalboxClient client = Sdk.connected(Sdk.mqtt(server.mqttPort()))) {
            client.subscribe("orders/+", Order.class, received -> handle(received.value()));
            client.respond(SubscribeOptions.to("price/of"), Order.class, question -> priceOf(question.value()));
            int cents =
                    client.blocking().request("price/of", new Order("book", 2), Integer.class, Duration.ofSeconds(5));
            assertThat(cents).isEqualTo(200);
            join(client.publish("orders/1", new Order("pen", 1)).acknowledged());
            await().atMost(PATIENCE).until(() -> lines.contains("handled pen"));
        }
    }

    @Test
    void aScreenShowsPrices() {
        try (SignalboxClient client = Sdk.connected(Sdk.mqtt(server.mqttPort()))) {
            join(client.publish("market/AAPL", new Price(150)).acknowledged());
            client.subscribe(
                    SubscribeOptions.to("market/#").from("last=100"), Price.class, received -> show(received.value()));
            LastValues prices = client.lastValues(SubscribeOptions.to("market/+"), 10_000);
            await().atMost(PATIENCE).until(() -> lines.contains("price 150.0"));
            join(prices.granted());
            join(client.publish("market/AAPL", new Price(151)).acknowledged());
            await().atMost(PATIENCE).until(() -> {
                Optional<Price> apple = prices.value("market/AAPL", Price.class);
                return apple.equals(Optional.of(new Price(151)));
            });
        }
    }

    @Test
    void applicationsTalk() throws Exception {
        url = Sdk.webSocket(server);
        InterApplicationBus bus = InterApplicationBus.create(url, Identity.of("blotter"));
        bus.subscribe(
                Source.anyone(),
                "market.*.prices",
                Price.class,
                (price, source, context) -> show(context.topic(), price, source));
        bus.addConnectedListener(application -> log(application.uuid() + " is there"));
        bus.connect();
        bus.publish("orders.created", new Order("book", 2), "trace-4711");
        bus.send("risk", "limit.check", new Order("book", 2));
        try (bus;
                InterApplicationBus feed = InterApplicationBus.create(url, Identity.of("feed"))) {
            join(feed.connect());
            await().atMost(PATIENCE).until(() -> lines.contains("feed is there"));
            join(feed.publish("market.AAPL.prices", new Price(150.25)).acknowledged());
            await().atMost(PATIENCE).until(() -> lines.contains("market.AAPL.prices 150.25 feed"));
        }
    }
}
