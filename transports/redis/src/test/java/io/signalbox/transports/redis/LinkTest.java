package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A link that was given up may deliver what it carries when the network is back, after the next one has been used. */
final class LinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RedisServer server = RedisServer.synced();
    private final RedisConfig config = server.config("link");
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    private CompletionStage<Receipt> publish() {
        return transport.publish(
                Message.to(Topic.ofMqtt("faults/x")).payload("x").build());
    }

    @Test
    void whatALinkThatWasGivenUpStillCarriesIsRefused() {
        TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL, PATIENCE)
                .subscribe("faults/#")
                .detach();
        assertThat(publish()).succeedsWithin(PATIENCE);
        server.cli("hset", prefix + "session:s", "owner", "me/1");
        String link = prefix + "link:me";
        server.cli("set", link, "2");
        String text = new String(Script.TAKE.text(), StandardCharsets.UTF_8);
        String[] taking = {"s", "me/1", "s:s", "0", "10", "1000000", ""};
        assertThat(server.eval(text, List.of(prefix, link), taking, "1")).contains("LATE");
        assertThat(server.cli("hget", prefix + "held", "s:s")).isIn("", "0");
        assertThat(server.eval(text, List.of(prefix, link), taking, "2")).contains("sb-payload");
        assertThat(server.cli("hget", prefix + "held", "s:s")).isEqualTo("1");
    }

    @Test
    void everyNewConnectionIsALinkOfItsOwn() {
        server.awaitLook(config);
        List<String> nodes =
                server.cli("zrange", prefix + "nodes", "0", "-1").lines().toList();
        assertThat(nodes)
                .isNotEmpty()
                .allMatch(node -> server.cli("get", prefix + "link:" + node).equals("1"));
        server.cli("client", "kill", "type", "normal");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> nodes.stream()
                        .noneMatch(node ->
                                server.cli("get", prefix + "link:" + node).equals("1")));
        assertThat(publish()).succeedsWithin(PATIENCE);
    }
}
