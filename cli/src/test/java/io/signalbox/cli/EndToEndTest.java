package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.SignalboxServer;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.testing.Ports;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a whole server. */
class EndToEndTest {
    @TempDir
    private Path folder;

    private SignalboxServer server;

    @BeforeEach
    void start() throws Exception {
        start(Ports.reserve());
    }

    private void start(int mqttPort) throws Exception {
        server = SignalboxServer.start(ServerConfig.load(
                null,
                Map.of(),
                Map.of(
                        "mqtt.port",
                        Integer.toString(mqttPort),
                        "http.port",
                        "0",
                        "data.dir",
                        folder.toString(),
                        "log.segment-bytes",
                        "64KiB")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String[] mqtt(String line, String... more) {
        return words(line + " -p " + server.ports().mqtt(), more);
    }

    private Shell http(String line, String... more) {
        return Shell.run(
                words(line + " --http http://127.0.0.1:" + server.ports().http(), more));
    }

    private static String[] words(String line, String... more) {
        return Stream.of(List.of(line.split(" ")), List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private static List<Map<String, @Nullable Object>> objects(Shell shell) {
        assertThat(shell.exitCode()).as(shell.err()).isZero();
        return shell.out().lines().map(Json::object).toList();
    }

    private void publish(String input, String line, String... more) {
        Shell pub = Shell.runWithInput(input, mqtt("pub " + line, more));
        assertThat(pub.exitCode()).as(pub.err()).isZero();
    }

    @Test
    void thePastAndTheLiveStreamAreOneOnRequest() {
        publish("1\n2\n3", "-t market/oil -q 1 -l -D publish user-property sb-priority 9");

        Shell sub = Shell.start(mqtt("sub -d -W 30 -t market/# --from last=2 -C 3 -v"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(sub.err()).contains("subscribed"));
        publish("", "-t market/oil -q 1 -m 4");

        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo("market/oil 2\nmarket/oil 3\nmarket/oil 4\n");
        assertThat(objects(http("history market/oil -n 2 --json")))
                .extracting(message -> message.get("payload"))
                .containsExactly("3", "4");
        assertThat(objects(http("replay market/# --from seq=2")))
                .extracting(message -> message.get("payload"))
                .containsExactly("2", "3", "4");
        assertThat(objects(http("topics --json")))
                .singleElement()
                .satisfies(topic -> assertThat(topic).containsEntry("topic", "market/oil"));
        assertThat(objects(http("stats --json")))
                .singleElement()
                .satisfies(stats -> assertThat(stats).containsEntry("published", 4));
        assertThat(http("ledger").exitCode()).isZero();
        assertThat(http("health").exitCode()).isZero();
        assertThat(http("top --once --interval 0.1").exitCode()).isZero();
    }

    @Test
    void aRefusedArgumentEndsWithOneAndAnAbsentServerWith69() {
        assertThat(http("history a/#/b").exitCode()).isEqualTo(1);
        assertThat(http("replay a --from whenever").exitCode()).isEqualTo(1);
        server.close();
        assertThat(http("stats").exitCode()).isEqualTo(69);
    }

    @Test
    void whatTheServerDoesNotTakeIsRefusedWithTheReason() {
        Shell large = Shell.runWithInput("x".repeat(1_100_000), mqtt("pub -t a -q 1 -s"));
        Shell priority = Shell.run(mqtt("pub -t a -q 1 -m x -H sb-priority=77"));

        assertThat(large.exitCode()).isEqualTo(1);
        assertThat(large.err())
                .startsWith("error: ")
                .contains("maximum packet size")
                .contains("1048576");
        assertThat(priority.exitCode()).isEqualTo(1);
        assertThat(priority.err()).contains("sb-priority is '77'");
    }

    @Test
    void aPastThatCannotBeReadIsRefusedWithTheReason() {
        Shell sub = Shell.run(mqtt("sub -t a --from whenever"));

        assertThat(sub.exitCode()).isEqualTo(1);
        assertThat(sub.err()).startsWith("error: the subscription was refused").contains("whenever");
    }

    @Test
    void aDeadLetterIsListedRedrivenAndPurged() {
        Shell narrow = Shell.start(mqtt("sub -d -W 60 -t big -q 1 -C 1 -D connect maximum-packet-size 200"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(narrow.err()).contains("subscribed"));
        publish("x".repeat(300), "-t big -q 1 -s");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(objects(http("dlq list --json"))).hasSize(1));
        String id = String.valueOf(objects(http("dlq list --json")).getFirst().get("id"));

        assertThat(http("dlq list -t big").out()).contains("rejected", "Maximum Packet Size", "20");
        assertThat(objects(http("dlq redrive " + id + " --to other --json")).getLast())
                .containsEntry("redriven", 1);
        assertThat(objects(http("history other --json"))).hasSize(1);
        assertThat(objects(http("dlq list --json"))).isEmpty();
        Shell unknown = http("dlq redrive 999999");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("dead-letter-not-found");

        assertThat(objects(http("dlq replace " + id + " -m small --json")).getFirst())
                .containsKey("replaced");
        assertThat(narrow.exitCode()).isZero();
        assertThat(narrow.out()).isEqualTo("small\n");
        assertThat(objects(http("dlq purge --all --json")).getFirst()).containsEntry("purged", 1);
        assertThat(http("dlq show " + id).exitCode()).isEqualTo(1);
    }

    @Test
    void aSessionIsListedAndRemoved() {
        assertThat(Shell.run(mqtt("sub -t held/# -q 1 -c -i holder -E")).exitCode())
                .isZero();
        publish("", "-t held/a -q 1 -m x");

        Awaitility.await()
                .untilAsserted(() -> assertThat(objects(http("clients --json")))
                        .filteredOn(client -> "holder".equals(client.get("name")))
                        .singleElement()
                        .satisfies(client -> assertThat(client)
                                .containsEntry("queuedMessages", 1)
                                .containsEntry("subscriptions", List.of("held/#"))));
        assertThat(http("clients --remove holder").exitCode()).isZero();
        assertThat(objects(http("clients --json"))).noneMatch(client -> "holder".equals(client.get("name")));
    }

    @Test
    void aSecondClientOfTheSameNameEndsTheFirstForGood() {
        Shell first = Shell.start(mqtt("sub -d -t a -i twin -W 30"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(first.err()).contains("subscribed"));

        Shell second = Shell.run(mqtt("sub -t a -i twin -E"));

        assertThat(second.exitCode()).isZero();
        assertThat(first.exitCode()).isEqualTo(1);
        assertThat(first.err()).contains("session taken over");
    }

    @Test
    void theLoadTestLosesNothing() {
        Shell bench = Shell.run(mqtt("bench --pairs 2 -q 1 --duration 0.5 --warm-up 0.1 --json"));

        assertThat(objects(bench))
                .singleElement()
                .satisfies(
                        result -> assertThat(result).containsEntry("missing", 0).containsEntry("duplicates", 0));
    }

    @Test
    void theLogIsReadWithoutAServerAndDamageIsNamed() throws IOException {
        publish("one\ntwo", "-t log/a -q 1 -l");
        publish("", "-t log/b -q 1 -m three");
        server.close();
        String data = folder.toString();

        assertThat(objects(Shell.run("log", "cat", data)))
                .extracting(message -> message.get("payload"))
                .containsExactly("one", "two", "three");
        assertThat(objects(Shell.run("log", "cat", data, "-t", "log/b"))).hasSize(1);
        assertThat(objects(Shell.run("log", "verify", data, "--json")).getLast())
                .containsEntry("clean", true);
        assertThat(objects(Shell.run("log", "stat", data, "--json"))).hasSize(1);
        assertThat(Shell.run("log", "stat", data).out()).contains("LAST SEQUENCE", ".segment");

        flipAByteOf("two");
        Shell verify = Shell.run("log", "verify", data, "--json");
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out()).contains("\"damage\":");

        Shell nowhere = Shell.run("log", "cat", folder.resolve("nowhere").toString());
        assertThat(nowhere.exitCode()).isEqualTo(69);
        assertThat(nowhere.err()).contains("does not exist");
    }

    private void flipAByteOf(String payload) throws IOException {
        Path segment;
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            segment = files.filter(file -> file.toString().endsWith(".segment"))
                    .findFirst()
                    .orElseThrow();
        }
        String bytes = Files.readString(segment, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf(payload);
        assertThat(at).isPositive();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(at);
            file.write('T');
        }
    }

    @Test
    void aPastThatWasAskedForIsNotToldAgainAfterAReconnect() throws Exception {
        publish("1\n2", "-t market/oil -q 1 -l");
        Shell sub = Shell.start(mqtt("sub -W 50 -t market/# -q 1 --from all -C 3"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(sub.out()).isEqualTo("1\n2\n"));

        int port = server.ports().mqtt();
        server.close();
        start(port);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(http("clients --json").out()).contains("market/#", "ONLINE"));
        publish("", "-t market/oil -q 1 -m 3");

        assertThat(sub.exitCode()).as(sub.err()).isZero();
        assertThat(sub.out()).isEqualTo("1\n2\n3\n");
    }

    @Test
    void whySaysWhatKeepsMessagesFromAClient() {
        Shell away = Shell.run(mqtt("sub -t jobs/# -t $share/team/shared -q 1 -c -i away -E"));
        assertThat(away.exitCode()).as(away.err()).isZero();
        publish("", "-t jobs/1 -q 1 -m one");
        publish("", "-t jobs/1 -q 0 -m two");

        // Nobody answers to QoS 0: it may arrive after the publisher has gone.
        Awaitility.await().untilAsserted(() -> {
            Shell waits = http("why client away -t jobs/1");
            assertThat(waits.exitCode()).as(waits.err()).isZero();
            assertThat(waits.out())
                    .contains(
                            "! it is away, since ",
                            "  jobs/1 matches its subscription jobs/#",
                            "! 1 wait in its queue (9 bytes)", // the topic, too
                            "! 1 dropped: at QoS 0 while nobody was connected");
        });
        assertThat(http("why client away -t other").out()).contains("! none of its subscriptions matches other: ");
        assertThat(http("why client away -t shared").out()).contains("! that is shared: ");
        Shell nobody = http("why client nobody");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.out()).startsWith("! no session is named 'nobody'");
    }

    @Test
    void whySaysWhatBecameOfAMessage() throws Exception {
        publish("", "-t jobs/1 -q 1 -m one");
        assertThat(http("why message jobs/1").out())
                .contains("  accepted at ", ", QoS 1, sequence 1", "! no session subscribes to jobs/1 now");
        try (RejectingClient client = new RejectingClient(server.ports().mqtt())) {
            publish("", "-t jobs/1 -q 1 -m two");
            client.reject(1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> objects(http("dlq list --json")).size() == 1);

            assertThat(http("why message jobs/1 --sequence 2").out())
                    .contains("! dead letter 1 of session ", ": rejected (", "signalbox dlq redrive 1");
        }
        assertThat(objects(http("why message jobs/1 --sequence 1 --json")))
                .noneSatisfy(
                        finding -> assertThat(finding.get("finding")).asString().startsWith("dead letter"));
        Shell none = http("why message jobs/1 --sequence 77");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.out()).startsWith("! no message with the sequence 77 of jobs/1 is kept");
    }

    @Test
    void aDeadLetterOfARealClientIsListedShownRedrivenReplacedAndPurged() throws Exception {
        try (RejectingClient client = new RejectingClient(server.ports().mqtt())) {
            publish("1\n2\n3", "-t jobs/1 -q 1 -l");
            client.reject(3);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> objects(http("dlq list --json")).size() == 3);
            assertThat(http("dlq list").out()).contains("jobs/1", "rejected", "0x83", "T");
            assertThat(http("dlq show 1").out()).contains("\"payload\" : \"1\"");

            assertThat(http("dlq redrive 1 --to saved/1").exitCode()).isZero();
            assertThat(http("dlq replace 2 -t saved/2 -m mended").exitCode()).isZero();
            assertThat(http("dlq purge 3").exitCode()).isZero();

            assertThat(objects(http("dlq list --json"))).isEmpty();
            assertThat(objects(http("dlq list --resolved --json"))).hasSize(2);
            assertThat(objects(http("history saved/+ --json")))
                    .extracting(message -> message.get("payload"))
                    .containsExactly("1", "mended");
            assertThat(http("dlq show 99").exitCode()).isEqualTo(1);
        }
    }
}
