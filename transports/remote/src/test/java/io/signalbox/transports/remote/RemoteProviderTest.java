package io.signalbox.transports.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Settings;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before it is open is what it is. */
final class RemoteProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Message ANY = Message.to(Topic.ofMqtt("a")).build();

    @TempDir
    private Path folder = Path.of("");

    private static TransportPlan plan(String... namesAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.put(namesAndValues[i], new Entry(namesAndValues[i + 1], "test"));
        }
        RemoteProvider provider = new RemoteProvider();
        Settings settings = new Settings("transports.r", entries);
        Problems problems = new Problems();
        settings.check(provider.settings(), problems);
        assertThat(problems.texts()).isEmpty();
        return provider.prepare(settings);
    }

    private static Transport open(TransportPlan plan) throws IOException {
        return plan.open(new Surroundings("r", TimeSource.monotonic(), WhenAbsent.FAIL, name -> {
            throw new AssertionError("it is made of no others");
        }));
    }

    @Test
    void thePromiseIsWhatTheOpenOneSays() throws Exception {
        try (FarBroker server = new FarBroker(folder, BrokerConfig.DEFAULT)) {
            for (TransportPlan plan : new TransportPlan[] {
                plan("url", server.url()),
                plan("url", server.url(), "durability", "buffered", "payload-bytes-max", "1MiB"),
                plan("url", server.url(), "api", "http://127.0.0.1:1")
            }) {
                Promise promise = plan.promise(Map.of(), PATIENCE);
                try (Transport open = open(plan)) {
                    assertThat(promise.capabilities()).isEqualTo(open.capabilities());
                    assertThat(promise.guarantees(ANY)).isEqualTo(open.guarantees());
                    assertThat(promise.isCertain()).isTrue();
                    assertThat(plan.endpoint()).isEqualTo("127.0.0.1:" + server.port);
                }
            }
        }
    }

    @Test
    void thePastIsPromisedWhereTheApiIsKnown() {
        assertThat(features(plan("url", "mqtt://host")).has(Feature.REPLAY)).isFalse();
        assertThat(features(plan("url", "mqtt://host", "api", "http://host:8080"))
                        .has(Feature.REPLAY))
                .isTrue();
        assertThat(features(plan("url", "wss://host")).has(Feature.REPLAY)).isTrue();
    }

    private static io.signalbox.transport.Capabilities features(TransportPlan plan) {
        return plan.promise(Map.of(), Duration.ZERO).capabilities();
    }

    @Test
    void aServerSaysWhoItIsAndAnAbsentOneDoesNotAnswer() throws Exception {
        try (FarBroker server = new FarBroker(folder, BrokerConfig.DEFAULT)) {
            assertThat(Objects.requireNonNull(plan("url", server.url()).probe(PATIENCE))
                            .version())
                    .startsWith("Signalbox");
        }
        TransportPlan absent = plan("url", "mqtt://127.0.0.1:1");
        assertThatThrownBy(() -> absent.probe(PATIENCE)).hasMessageContaining("127.0.0.1:1 cannot be reached");
        assertThatThrownBy(() -> open(absent))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY));
    }

    /** Others acknowledge in order, number nothing, and would be taken for a Signalbox that loses messages. */
    @Test
    void aServerThatIsNoSignalboxIsRefused() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread stranger = Thread.ofPlatform().start(() -> {
                try (Socket client = listener.accept()) {
                    client.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0}); // CONNACK, success, no properties
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            TransportPlan plan = plan("url", "mqtt://127.0.0.1:" + listener.getLocalPort());
            assertThatThrownBy(() -> plan.probe(PATIENCE)).hasMessageContaining("is no Signalbox");
            stranger.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://host", "mqtt://host/path", "mqtt://user:hush@host", "no url at all"})
    void anAddressThatIsNoneIsRefusedWithoutRepeatingThePassword(String url) {
        assertThatThrownBy(() -> plan("url", url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hush");
    }
}
