package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StartPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server is killed with SIGKILL: what it is said to lose then is lost, and what it is said to keep is there. */
final class LossWindowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KILLS_MAX = 5;
    private static final Path STRACE = Path.of("/usr/bin/strace");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private RedisServer server(String... options) {
        RedisServer server = new RedisServer(options);
        opened.add(server);
        return server;
    }

    private RedisTransport open(RedisConfig config) {
        RedisTransport transport = RedisTransport.open(config, ServerClock.given(new ManualTimeSource()));
        opened.add(transport);
        return transport;
    }

    private static void publish(RedisTransport transport, String payload, Durability expected) {
        assertThat(TestClient.get(
                                transport.publish(Message.to(Topic.ofMqtt("a"))
                                        .payload(payload)
                                        .build()),
                                PATIENCE)
                        .durability())
                .isEqualTo(expected);
    }

    private List<String> afterAKill(RedisServer server, RedisConfig config) {
        server.kill();
        server.start();
        List<String> seen = new ArrayList<>();
        TestClient.get(
                open(config)
                        .read(
                                new ReadRequest(TopicFilter.ofMqtt("a"), StartPosition.ALL, Long.MAX_VALUE, 100_000),
                                stored -> seen.add(stored.message().payloadText())),
                PATIENCE);
        return seen;
    }

    @Test
    void withoutAFileAllIsLost() {
        RedisServer server = server("--appendonly", "no");
        RedisConfig config = server.config("no-file");
        RedisTransport transport = open(config);
        assertThat(transport.guarantees().lossWindow()).startsWith("the server ends: all since its last snapshot");
        publish(transport, "x", Durability.ROUTED);
        assertThat(afterAKill(server, config)).isEmpty();
    }

    @Test
    void whatTheSystemHasOutlivesTheServer() {
        RedisServer server = server("--appendonly", "yes", "--appendfsync", "no");
        RedisConfig config = server.config("written");
        RedisTransport transport = open(config);
        assertThat(transport.guarantees().lossWindow()).startsWith("the server's machine loses power");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            publish(transport, "m" + i, Durability.BUFFERED);
            all.add("m" + i);
        }
        assertThat(afterAKill(server, config)).isEqualTo(all);
    }

    /** While a flush is under way the server holds back what it writes for up to two seconds, and answers all the same. */
    @Test
    void withEverysecWhatIsAnsweredWhileTheDiskIsSlowIsLostAndNoMore() throws Exception {
        assumeThat(STRACE).as("slows the disk down").exists();
        RedisServer server = server("--appendonly", "yes", "--appendfsync", "everysec");
        int lost = 0;
        for (int kill = 0; kill < KILLS_MAX && lost == 0; kill++) {
            RedisConfig config = server.config("everysec");
            RedisTransport transport = open(config);
            assertThat(transport.guarantees().lossWindow()).startsWith("the server dies: about the last two seconds");
            List<String> answered = new ArrayList<>();
            Process slow = slowDisk(server);
            try {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> {
                            assumeThat(slow.isAlive())
                                    .as("strace may watch the server")
                                    .isTrue();
                            publish(transport, "m" + answered.size(), Durability.ROUTED);
                            answered.add("m" + answered.size());
                            return heldBack(server) > 0;
                        });
                List<String> left = afterAKill(server, config);
                // Perhaps all of it.
                assertThat(left).isEqualTo(answered.subList(0, Math.min(left.size(), answered.size())));
                lost = answered.size() - left.size();
            } finally {
                slow.destroy();
                assertThat(slow.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(lost).as("answered and lost, in %d kills", KILLS_MAX).isPositive();
    }

    /** Each flush takes five seconds from now on. */
    private static Process slowDisk(RedisServer server) throws IOException {
        return new ProcessBuilder(
                        STRACE.toString(),
                        "-qq",
                        "-f",
                        "-p",
                        String.valueOf(server.pid()),
                        "-e",
                        "trace=fdatasync",
                        "-e",
                        "inject=fdatasync:delay_enter=5000000")
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile("slow-disk", ".out").toFile())
                .start();
    }

    private static long heldBack(RedisServer server) {
        return server.cli("info", "persistence")
                .lines()
                .filter(line -> line.startsWith("aof_buffer_length:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }
}
