package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.connection.ConnectionState.Offline;
import io.signalbox.client.connection.Tls;
import io.signalbox.error.ReasonCode;
import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerKeys;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.topic.TopicFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every URL that leads to a server, with a user, over TLS. */
class DoorsTest {
    @TempDir
    static Path directory;

    private static ServerProcess plain;
    private static ServerProcess secured;

    @BeforeAll
    static void start() throws Exception {
        Path users = directory.resolve("users");
        run(List.of("passwd", users.toString(), "alice"), "wonderland\n");
        ServerKeys keys = ServerKeys.make(directory);
        plain = ServerProcess.with().set("security.password-file", users).start();
        secured = ServerProcess.with()
                .set("security.password-file", users)
                .set("mqtt.tls.certificate", keys.certificate())
                .set("mqtt.tls.key", keys.key())
                .set("http.tls.certificate", keys.certificate())
                .set("http.tls.key", keys.key())
                .start();
    }

    @AfterAll
    static void stop() {
        plain.close();
        secured.close();
    }

    private static void run(List<String> arguments, String input) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.signalbox.cli.Main"));
        command.addAll(arguments);
        try (Child child = Child.start(command, Map.of())) {
            child.feed(input);
            assertThat(child.awaitExit(Duration.ofSeconds(60))).as(child.tail()).isZero();
        }
    }

    private static String url(String scheme) {
        ServerProcess server = List.of("mqtts", "wss").contains(scheme) ? secured : plain;
        int port = scheme.startsWith("mqtt") ? server.mqttPort() : server.httpPort();
        return scheme + "://localhost:" + port + (scheme.startsWith("ws") ? "/mqtt" : "");
    }

    private static ClientConfig.Builder config(String scheme) {
        return ClientConfig.to(url(scheme)).tls(Tls.trusting(directory.resolve("certificate.pem")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "mqtts", "ws", "wss"})
    void aUserWithHisPasswordComesInByEachDoor(String scheme) {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (SignalboxClient client = Sdk.connected(config(scheme).login("alice", "wonderland"))) {
            join(client.subscribe("door/" + scheme, String.class, r -> seen.add(r.value()))
                    .granted());
            join(client.publish("door/" + scheme, "in").acknowledged());
            await().atMost(PATIENCE).until(() -> seen.equals(List.of("in")));
            if (scheme.startsWith("ws")) {
                assertThat(join(client.past().history(TopicFilter.ofMqtt("door/" + scheme), 10)))
                        .hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "wss"})
    void aWrongPasswordIsToldAndTriedOnInCaseItIsMended(String scheme) {
        try (SignalboxClient client = Sdk.create(config(scheme).login("alice", "looking-glass"))) {
            var unused = client.connect();
            await().atMost(PATIENCE)
                    .until(() -> client.connection() instanceof Offline offline
                            && offline.failures() > 1
                            && offline.reason().contains("BAD_USER_NAME_OR_PASSWORD"));
        }
    }

    @Test
    void aServerThatIsNotTrustedIsNotTalkedTo() {
        try (SignalboxClient client = Sdk.create(ClientConfig.to(url("mqtts")).login("alice", "wonderland"))) {
            var unused = client.connect();
            await().atMost(PATIENCE)
                    .until(() -> client.connection() instanceof Offline offline && offline.failures() > 1);
        }
    }

    @Test
    void theApiOfAPlainConnectionMustBeNamed() {
        try (SignalboxClient client = Sdk.create(config("mqtt"))) {
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                    io.signalbox.error.SignalboxException.class,
                                    () -> client.past().history(TopicFilter.ofMqtt("a"), 1))
                            .reason())
                    .isEqualTo(ReasonCode.NOT_SUPPORTED);
        }
    }
}
