package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.PublishCallback;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code publish.lua} does where no transport can be made to ask it for. */
final class PublishScriptTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RedisServer server = RedisServer.shared();
    private final RedisConfig config = server.config("script");
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
    }

    private String publish() throws InterruptedException {
        Message message = Message.to(Topic.ofMqtt("a")).payload("x").build();
        Outgoing out = new Outgoing(
                message, null, "", EntryFields.of(message, null), "", System.nanoTime(), PublishCallback.IGNORE, 0);
        Arguments batch = new PublishBatch(Keys.of(config), config, List.of(out), 1)
                .arguments(
                        new Routes(), "instance", ServerClock.following(() -> 1).argument());
        return transport
                .worker()
                .retrying(
                        link -> Reply.text(Failures.get(link.run(Script.PUBLISH, batch), PATIENCE.toMillis())
                                .getFirst()),
                        System.nanoTime() + PATIENCE.toNanos());
    }

    @Test
    void aBatchThatIsSentAgainWritesSomethingForWaitAndWaitaofToWaitFor() throws InterruptedException {
        String answer = publish();
        String note = prefix + "publisher:instance";
        server.cli("persist", note); // so that it shows when somebody writes its life again
        assertThat(publish()).isEqualTo(answer);
        assertThat(Long.parseLong(server.cli("pttl", note))).isPositive();
        assertThat(server.cli("xlen", prefix + "log")).isEqualTo("1");
    }

    @Test
    void aRetainedMessageMayLiveForEver() {
        assertThat(TestClient.get(
                        transport.publish(Message.to(Topic.ofMqtt("a"))
                                .payload("x")
                                .retain(true)
                                .timestampMillis(1)
                                .ttlMillis(Long.MAX_VALUE)
                                .build()),
                        PATIENCE))
                .isNotNull();
    }
}
