package io.signalbox.systemtests.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.client.connection.Login;
import io.signalbox.client.connection.Tls;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerKeys;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.remote.RemoteConfig;
import io.signalbox.transports.remote.RemoteTransport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every URL that leads to a server, with a user, over TLS. */
class DoorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static ServerProcess plain;
    private static ServerProcess secured;

    @BeforeAll
    static void start() throws Exception {
        Path users = directory.resolve("users");
        addUser(users);
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

    private static void addUser(Path users) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.signalbox.cli.Main",
                "passwd",
                users.toString(),
                "alice"));
        try (Child child = Child.start(command, Map.of())) {
            child.feed("wonderland\n");
            assertThat(child.awaitExit(PATIENCE)).as(child.tail()).isZero();
        }
    }

    private static RemoteConfig config(String scheme, String password) {
        ServerProcess server = List.of("mqtts", "wss").contains(scheme) ? secured : plain;
        int port = scheme.startsWith("mqtt") ? server.mqttPort() : server.httpPort();
        return RemoteConfig.of(
                        URI.create(scheme + "://localhost:" + port + (scheme.startsWith("ws") ? "/mqtt" : "")), scheme)
                .withLogin(Login.of("alice", password), Tls.trusting(directory.resolve("certificate.pem")))
                .withWhenAbsent(WhenAbsent.FAIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "mqtts", "ws", "wss"})
    void aUserWithHisPasswordComesInByEachDoor(String scheme) {
        Topic topic = Topic.ofMqtt("door/" + scheme);
        try (RemoteTransport transport = RemoteTransport.open(config(scheme, "wonderland"), TimeSource.monotonic());
                TestClient client = TestClient.open(
                                transport,
                                SessionOptions.durableSession("reader-" + scheme),
                                SettleBehaviour.ACCEPT,
                                PATIENCE)
                        .subscribe(topic.text())) {
            TestClient.get(transport.publish(Message.to(topic).payload("in").build()), PATIENCE);
            client.received().awaitPayloads("in");
            assertThat(transport.capabilities().has(Feature.REPLAY)).isEqualTo(scheme.startsWith("ws"));
            if (scheme.startsWith("ws")) {
                long read = TestClient.get(
                        transport.read(ReadRequest.last(TopicFilter.exactly(topic), 10), message -> true), PATIENCE);
                assertThat(read).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "wss"})
    void aWrongPasswordIsSaid(String scheme) {
        RemoteConfig wrong = config(scheme, "looking-glass");
        assertThatThrownBy(() -> RemoteTransport.open(wrong, TimeSource.monotonic()))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("password");
        try (RemoteTransport waiting =
                RemoteTransport.open(wrong.withWhenAbsent(WhenAbsent.WAIT), TimeSource.monotonic())) {
            assertThatThrownBy(() -> TestClient.open(
                            waiting, SessionOptions.transientSession("s"), SettleBehaviour.ACCEPT, PATIENCE))
                    .isInstanceOfSatisfying(
                            SignalboxException.class,
                            e -> assertThat(e.reason()).isEqualTo(ReasonCode.BAD_CREDENTIALS));
        }
    }
}
