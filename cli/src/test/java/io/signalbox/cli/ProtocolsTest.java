package io.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.signalbox.server.SignalboxServer;
import io.signalbox.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pub}, {@code sub} and {@code request} over every protocol of a whole server. */
class ProtocolsTest {
    private static final int TAKEN = 50;

    @TempDir
    private static Path folder;

    private static SignalboxServer server;

    @BeforeAll
    static void start() throws Exception {
        server = Door.server(folder.resolve("data"), Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Shell pub(Door door, String line, String... more) {
        Shell shell = Shell.run(Door.words("pub", door.url(server), line, more));
        assertThat(shell.exitCode()).as(shell.err()).isZero();
        return shell;
    }

    /** Returns when the server has taken the subscription. */
    private static Shell sub(String url, String line, String... more) {
        Shell shell = Shell.start(Door.words("sub", url, "-d -W 30 " + line, more));
        await(() -> assertThat(shell.err()).contains("subscribed"));
        return shell;
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    private static String topic() {
        return "t/" + UUID.randomUUID();
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(Door.values())
                .flatMap(from -> Arrays.stream(Door.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatIsSaidOverOneIsPrintedOverTheOther(Door from, Door to) {
        String topic = topic();
        Shell sub = sub(to.url(server), "-C 1 --json -t " + topic + " -q 1");

        pub(
                from,
                "-q 1 -t " + topic + " --priority 7 --ttl 3600 --content-type text/plain --correlation c-1"
                        + " --reply-to r/x -H tint=red -H sb-kind=command -H sb-id=m-" + topic + " -m",
                "one two");

        assertThat(sub.exitCode()).as(sub.err()).isZero();
        Map<String, @Nullable Object> json = Json.object(sub.out());
        assertThat(json)
                .containsEntry("topic", topic)
                .containsEntry("payload", "one two")
                .containsEntry("contentType", "text/plain")
                .containsEntry("replyTo", "r/x")
                .containsEntry("correlationBase64", "Yy0x");
        assertThat((Integer) json.get("ttl")).isBetween(3500, 3600);
        assertThat(Api.objects(json, "headers"))
                .contains(
                        Map.of("name", "tint", "value", "red"),
                        Map.of("name", "sb-kind", "value", "command"),
                        Map.of("name", "sb-id", "value", "m-" + topic),
                        Map.of("name", "sb-priority", "value", "7"));
    }

    @ParameterizedTest
    @EnumSource
    void linesKeepTheirOrder(Door door) {
        String topic = topic();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            lines.append(i).append('\n');
        }
        Shell sub = sub(Door.MQTT.url(server), "-C 500 -q 1 -t " + topic);

        Shell pub = Shell.runWithInput(lines.toString(), Door.words("pub", door.url(server), "-q 1 -l -t " + topic));

        assertThat(pub.exitCode()).as(pub.err()).isZero();
        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo(lines.toString());
    }

    @ParameterizedTest
    @EnumSource
    void bytesArePrintedAsTheyAre(Door door) throws IOException {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Path file = Files.write(folder.resolve("bytes-" + door), bytes);
        String topic = topic();
        Shell sub = sub(door.url(server), "-C 1 --format raw -t " + topic);

        pub(door, "-q 1 -t " + topic + " -f " + file);

        assertThat(sub.exitCode()).as(sub.err()).isZero();
        assertThat(sub.bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"MQTT, 0", "WEB_SOCKET, 1", "AMQP, 0", "AMQP, 1", "HTTP, 0", "HTTP, 1"})
    void thePastComesFirstOnRequest(Door door, int qos) {
        String topic = topic();
        Shell past = Shell.runWithInput("1\n2\n3", Door.words("pub", door.url(server), "-q 1 -l -t " + topic));
        Shell sub = sub(door.url(server), "-C 3 --from last=2 -q " + qos + " -t " + topic);
        pub(door, "-q 1 -m 4 -t " + topic);

        assertThat(past.exitCode()).as(past.err()).isZero();
        assertThat(sub.exitCode()).as(sub.err()).isZero();
        assertThat(sub.out()).isEqualTo("2\n3\n4\n");
    }

    @ParameterizedTest
    @EnumSource
    void severalFiltersAreOneStream(Door door) {
        String topic = topic();
        Shell sub = sub(door.url(server), "-C 2 -v -t " + topic + "/a -t " + topic + "/+/b");
        pub(door, "-q 1 -m 1 -t " + topic + "/a");
        pub(door, "-q 1 -m 2 -t " + topic + "/x/b");

        assertThat(sub.exitCode()).as(sub.err()).isZero();
        assertThat(sub.out().lines()).containsExactlyInAnyOrder(topic + "/a 1", topic + "/x/b 2");
    }

    /** Answers each question with its payload in capitals, as long as it is open. */
    private record Responder(Mqtt5AsyncClient client) implements AutoCloseable {
        static Responder at(String topic) {
            Mqtt5AsyncClient client = MqttClient.builder()
                    .useMqttVersion5()
                    .serverHost("127.0.0.1")
                    .serverPort(server.ports().mqtt())
                    .buildAsync();
            client.connect().join();
            client.subscribeWith()
                    .topicFilter(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .callback(question -> client.publishWith()
                            .topic(question.getResponseTopic().orElseThrow())
                            .correlationData(question.getCorrelationData().orElseThrow())
                            .contentType("text/plain")
                            .payload(new String(question.getPayloadAsBytes(), UTF_8)
                                    .toUpperCase(java.util.Locale.ROOT)
                                    .getBytes(UTF_8))
                            .send())
                    .send()
                    .join();
            return new Responder(client);
        }

        @Override
        public void close() {
            client.disconnect().join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQuestionIsAnswered(Door door) {
        String topic = topic();
        try (Responder responder = Responder.at(topic)) {
            assertThat(responder.client().getState().isConnected()).isTrue();
            Shell one = Shell.run(Door.words("request", door.url(server), "-t " + topic + " -m what"));
            Shell two = Shell.runWithInput(
                    "yes\nno", Door.words("request", door.url(server), "-t " + topic + " -l --format json"));

            assertThat(one.exitCode()).as(one.err()).isZero();
            assertThat(one.out()).isEqualTo("WHAT\n");
            assertThat(two.exitCode()).as(two.err()).isZero();
            assertThat(two.out().lines().map(Json::object))
                    .extracting(reply -> reply.get("payload"))
                    .containsExactly("YES", "NO");
            assertThat(Json.object(two.out().lines().findFirst().orElseThrow()))
                    .containsEntry("contentType", "text/plain");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQuestionThatNobodyAnswersEndsInTime(Door door) {
        String topic = topic();
        Shell silent = sub(Door.MQTT.url(server), "-q 1 -C 1 -t " + topic);

        Shell request = Shell.run(Door.words("request", door.url(server), "-W 3 -m what -t " + topic));

        assertThat(request.exitCode()).as(request.err()).isEqualTo(124);
        assertThat(request.err()).contains("nobody answered");
        assertThat(silent.exitCode()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT", "WEB_SOCKET", "HTTP"})
    void whereNobodyIsThereToAnswerIsToldAtOnce(Door door) {
        Shell request = Shell.run(Door.words("request", door.url(server), "-W 60 -m what -t " + topic()));

        assertThat(request.exitCode()).as(request.err()).isEqualTo(68);
        assertThat(request.err()).contains("nobody is subscribed");
    }

    /** Over MQTT: {@link PubSubTest}. */
    @ParameterizedTest
    @EnumSource(names = {"AMQP", "HTTP"})
    void aSubscriptionThatIsKeptHoldsWhatWasNotPrinted(Door door) {
        String topic = topic();
        String url = door.url(server);
        String durable = "-q 1 -c -i holder-" + door + " -t " + topic;
        assertThat(Shell.run(Door.words("sub", url, durable + " -E")).exitCode())
                .isZero();
        Shell pub = Shell.runWithInput("one\ntwo\nthree", Door.words("pub", url, "-q 1 -l -t " + topic));

        Shell first = Shell.run(Door.words("sub", url, durable + " -C 1 -W 30"));
        Shell rest = Shell.run(Door.words("sub", url, durable + " -C 2 -W 30"));

        assertThat(pub.exitCode()).as(pub.err()).isZero();
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).isEqualTo("one\n");
        assertThat(rest.out()).isEqualTo("two\nthree\n");
    }

    /** It has gone before its SUBSCRIBE is answered, behind which it acknowledged the message. */
    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void whoTakesOneMessageAtATimeGetsEachOnce(String version) {
        String topic = topic();
        String durable = "-V " + version + " -q 1 -c -i taker-" + version + " -t " + topic;
        String url = Door.MQTT.url(server);
        assertThat(Shell.run(Door.words("sub", url, durable + " -E")).exitCode())
                .isZero();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < TAKEN; i++) {
            lines.append(i).append('\n');
        }
        Shell pub = Shell.runWithInput(lines.toString(), Door.words("pub", url, "-q 1 -l -t " + topic));
        assertThat(pub.exitCode()).as(pub.err()).isZero();

        StringBuilder taken = new StringBuilder();
        for (int i = 0; i < TAKEN; i++) {
            taken.append(
                    Shell.run(Door.words("sub", url, durable + " -C 1 -W 30")).out());
        }

        assertThat(taken).hasToString(lines.toString());
    }

    @ParameterizedTest
    @CsvSource({"AMQP, queue://", "HTTP, $share/g/", "MQTT, $share/g/"})
    void consumersOfOneQueueTakeTurns(Door door, String prefix) {
        String topic = "jobs-" + UUID.randomUUID();
        String url = door.url(server);
        Shell one = sub(url, "-q 1 -C 1 -t " + prefix + topic);
        Shell two = sub(url, "-q 1 -C 1 -t " + prefix + topic);
        Shell pub = Shell.runWithInput("1\n2", Door.words("pub", url, "-q 1 -l -t " + topic));

        assertThat(pub.exitCode()).as(pub.err()).isZero();
        assertThat(one.exitCode()).as(one.err()).isZero();
        assertThat(two.exitCode()).as(two.err()).isZero();
        assertThat(List.of(one.out(), two.out())).containsExactlyInAnyOrder("1\n", "2\n");
    }

    @ParameterizedTest
    @CsvSource({"AMQP, 0", "AMQP, 1", "HTTP, 0", "HTTP, 1"})
    void aLostConnectionComesBackAndTheStreamGoesOn(Door door, int qos) throws Exception {
        Path data = folder.resolve("falling-" + door + qos);
        // Of this process, also while nobody listens there.
        Map<String, String> ports = Map.of(
                "mqtt.port", Integer.toString(Ports.reserve()),
                "amqp.port", Integer.toString(Ports.reserve()),
                "http.port", Integer.toString(Ports.reserve()));
        SignalboxServer falling = Door.server(data, ports);
        try {
            Shell sub = Shell.start(Door.words("sub", door.url(falling), "-d -W 50 -t again -C 2 -q " + qos));
            await(() -> assertThat(sub.err()).contains("subscribed"));
            assertThat(Shell.run(Door.words("pub", door.url(falling), "-q 1 -t again -m one"))
                            .exitCode())
                    .isZero();
            await(() -> assertThat(sub.out()).isEqualTo("one\n"));

            falling.close();
            await(() -> assertThat(sub.err()).contains("trying again in"));
            falling = Door.server(data, ports);
            await(() -> assertThat(sub.err()).contains("connected again"));
            // AMQP's client has its link again a moment later than its connection.
            String url = door.url(falling);
            await(() -> {
                assertThat(Shell.run(Door.words("pub", url, "-q 1 -t again -m two"))
                                .exitCode())
                        .isZero();
                assertThat(sub.out()).isEqualTo("one\ntwo\n");
            });
            assertThat(sub.exitCode()).as(sub.err()).isZero();
        } finally {
            falling.close();
        }
    }
}
