package io.signalbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sun.misc.Signal;

/** Against a broker that knows nothing of Signalbox. */
class PubSubTest {
    @TempDir
    private static Path folder;

    private static Mosquitto mosquitto;

    @BeforeAll
    static void start() throws IOException {
        mosquitto = new Mosquitto(folder);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        mosquitto.close();
    }

    private static Shell pub(String arguments, String... more) {
        return pubWithInput("", arguments, more);
    }

    private static Shell pubWithInput(String input, String arguments, String... more) {
        Shell shell = Shell.runWithInput(input, words("pub", arguments, more));
        assertThat(shell.exitCode()).as(shell.err()).isZero();
        return shell;
    }

    /** Returns when the server has taken the subscription. */
    private static Shell sub(String arguments, String... more) {
        Shell shell = Shell.start(words("sub -d -W 30", arguments, more));
        await(() -> assertThat(shell.err()).contains("subscribed"));
        return shell;
    }

    private static String[] words(String command, String arguments, String... more) {
        return Stream.of(List.of((command + " -p " + mosquitto.port() + " " + arguments).split(" ")), List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V 5 -q 0", "-V 5 -q 1", "-V 5 -q 2", "-V 3.1.1 -q 0", "-V mqttv311 -q 1", "-V 311 -q 2"})
    void whatIsPublishedIsPrinted(String how) {
        Shell sub = sub(how + " -t live/# -v -C 2");

        pub(how + " -t live/a -m", "one two");
        pub(how + " -t live/b -n");

        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo("live/a one two\nlive/b \n");
    }

    @Test
    void aLineIsAMessageAndTheLastNeedsNoLineEnd() {
        Shell sub = sub("-t lines -C 3");

        Shell pub = pubWithInput("one\n\nthree", "-t lines -l --json");

        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo("one\n\nthree\n");
        assertThat(Json.object(pub.out()))
                .containsEntry("published", 3)
                .containsEntry("bytes", 8)
                .containsEntry("topic", "lines");
    }

    @Test
    void aFileIsOneMessageByteForByte() throws IOException {
        byte[] bytes = new byte[70_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("payload"), bytes);
        Shell sub = sub("-t file -N -C 1");

        pub("-t file -q 1 -f " + file);

        assertThat(sub.exitCode()).isZero();
        assertThat(sub.bytes()).isEqualTo(bytes);
    }

    @Test
    void allThatMqttSaysOfAMessageIsInItsJson() {
        Shell sub = sub("-t props --json -C 1");

        pub("-t props -m x -q 0 -D publish content-type text/plain -D publish response-topic r/t"
                + " -D publish correlation-data id -D publish message-expiry-interval 100"
                + " -D publish payload-format-indicator 1 -D publish user-property k v -D publish user-property k w");

        assertThat(sub.exitCode()).isZero();
        Map<String, @Nullable Object> json = Json.object(sub.out());
        assertThat(String.valueOf(json.remove("received"))).startsWith("20");
        assertThat(json)
                .isEqualTo(Map.of(
                        "topic",
                        "props",
                        "payload",
                        "x",
                        "qos",
                        0,
                        "retain",
                        false,
                        "contentType",
                        "text/plain",
                        "replyTo",
                        "r/t",
                        "correlationBase64",
                        "aWQ=",
                        "ttl",
                        100,
                        "utf8",
                        true,
                        "headers",
                        List.of(Map.of("name", "k", "value", "v"), Map.of("name", "k", "value", "w"))));
    }

    @Test
    void headersAndExpiryHaveShortForms() {
        Shell sub = sub("-t short -C 1 -F", "%P %E");

        pub("-t short -m x -H a=1=2 -H b= --expiry 60");

        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo("a:1=2 b: 60\n");
    }

    @Test
    void mosquittosOwnClientsUnderstandOurs() throws Exception {
        Process theirs = new ProcessBuilder(
                        Mosquitto.program("mosquitto_sub").toString(),
                        "-p",
                        mosquitto.port(),
                        "-t",
                        "peer/#",
                        "-q",
                        "1",
                        "-C",
                        "1",
                        "-v",
                        "-W",
                        "30",
                        "-c",
                        "-i",
                        "peer")
                .redirectErrorStream(true)
                .start();
        Shell ours = sub("-t peer/# -q 1 -C 1 -F", "%t:%p:%q");
        // Retained, so that it does not matter who is first.
        int published = new ProcessBuilder(
                        Mosquitto.program("mosquitto_pub").toString(),
                        "-p",
                        mosquitto.port(),
                        "-t",
                        "peer/a",
                        "-m",
                        "hello",
                        "-q",
                        "1",
                        "-r")
                .start()
                .waitFor();

        assertThat(published).isZero();
        assertThat(theirs.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(theirs.getInputStream().readAllBytes(), UTF_8)).isEqualTo("peer/a hello\n");
        assertThat(ours.exitCode()).isZero();
        assertThat(ours.out()).isEqualTo("peer/a:hello:1\n");
    }

    @Test
    void retainedMessagesCanBeLeftOutOrBeAll() {
        pub("-t kept/a -m old -r -q 1");

        Shell only = sub("-t kept/a -t kept/b --retained-only -F", "%r %p");
        Shell none = sub("-t kept/# -R -C 1");
        pub("-t kept/b -m new -q 1");

        assertThat(only.exitCode()).isZero();
        assertThat(only.out()).isEqualTo("1 old\n");
        assertThat(none.exitCode()).isZero();
        assertThat(none.out()).isEqualTo("new\n");
    }

    @Test
    void whatIsFilteredOutIsNotPrintedAndNotCounted() {
        Shell sub = sub("-t out/# -T out/noise/# -C 1");

        pub("-t out/noise/1 -m x");
        pub("-t out/signal -m y");

        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo("y\n");
    }

    @Test
    void aKeptSessionHoldsWhatWasNotPrinted() {
        assertThat(Shell.run(words("sub", "-t held -q 1 -c -i holder -E")).exitCode())
                .isZero();
        pubWithInput("one\ntwo\nthree", "-t held -q 1 -l");

        Shell first = Shell.run(words("sub", "-t held -q 1 -c -i holder -C 1 -W 30"));
        Shell rest = Shell.run(words("sub", "-t held -q 1 -c -i holder -C 2 -W 30"));
        Shell nothing = Shell.run(words("sub", "-t held -q 1 -c -i holder -W 0.5"));

        assertThat(first.out()).isEqualTo("one\n");
        assertThat(rest.out()).isEqualTo("two\nthree\n");
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.exitCode()).isEqualTo(124);
    }

    @Test
    void aUrlNamesEverything() {
        Shell sub = Shell.start("sub", "-L", "mqtt://localhost:" + mosquitto.port() + "/by%20url", "-d", "-C", "1");
        await(() -> assertThat(sub.err()).contains("subscribed to [by url]"));

        Shell pub = Shell.run("pub", "-L", "mqtt://localhost:" + mosquitto.port() + "/by%20url", "-m", "x", "-q", "1");

        assertThat(pub.exitCode()).as(pub.err()).isZero();
        assertThat(sub.exitCode()).isZero();
        assertThat(sub.out()).isEqualTo("x\n");
    }

    @Test
    void aServerThatIsNotThereEndsWith69() throws Exception {
        String port;
        try (Mosquitto gone = new Mosquitto(Files.createDirectory(folder.resolve("gone")))) {
            port = gone.port();
        }

        Shell pub = Shell.run("pub", "-p", port, "-t", "a", "-m", "x");
        Shell sub = Shell.run("sub", "-p", port, "-t", "a");
        Shell noHost = Shell.run("pub", "-h", "no-such-host.invalid", "-t", "a", "-m", "x");

        assertThat(pub.exitCode()).isEqualTo(69);
        assertThat(pub.err()).startsWith("error: no server answers at localhost:" + port);
        assertThat(sub.exitCode()).isEqualTo(69);
        assertThat(noHost.exitCode()).isEqualTo(69);
        assertThat(noHost.err()).contains("no such host");
    }

    /** It takes the connection, and never says a word. */
    @ParameterizedTest
    @ValueSource(strings = {"sub -t a", "sub -t a -V 3.1.1", "pub -t a -m x"})
    void aSilentServerIsWaitedForNoLongerThanAsked(String command) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Shell shell = Shell.run((command + " -W 0.3 -h 127.0.0.1 -p " + silent.getLocalPort()).split(" "));

            assertThat(shell.exitCode()).as(shell.err()).isEqualTo(124);
            assertThat(shell.err()).contains("did not answer in the time given with -W");
        }
    }

    @Test
    void anInterruptEndsASubscriberThatIsStillConnecting() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Shell sub = Shell.start(("sub -t a -h 127.0.0.1 -p " + silent.getLocalPort()).split(" "));
            try (Socket connecting = silent.accept()) {
                assertThat(connecting.isConnected()).isTrue();
                // Taken by the command: it listens to signals before it connects.
                Signal.raise(new Signal("INT"));

                assertThat(sub.exitCode()).as(sub.err()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sub -t a -W -1 | -W is -1.0",
                "pub -t a -m x -W 0 | -W is 0.0",
                "sub -t a -W NaN | -W is NaN",
                "sub -t a -C 0 | -C is 0",
                "pub -t a -m x --repeat 2 --repeat-delay -1 | --repeat-delay is -1.0",
                "pub -t a -m x --will-payload bye | --will-topic",
                "pub -t a -m x --will-retain | --will-topic",
                "pub -t a -m x --will-topic w/# | wildcard",
                "sub -t $share/g | $share/GROUP/FILTER",
                "sub -t $share/g+/a | $share/GROUP/FILTER",
                "sub -t $share//a | $share/GROUP/FILTER",
                "sub -t $share/g/a/#/b | must be the last",
                "sub -t a -U b/#/c | must be the last"
            })
    void whatCannotBeMeantIsRefusedBeforeAnythingIsSent(String command, String because) {
        Shell shell = Shell.run((command + " -p 1").split(" "));

        assertThat(shell.exitCode()).as(shell.err()).isEqualTo(2);
        assertThat(shell.err()).contains(because);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void whoIsNotLetInEndsWith77(String version) throws Exception {
        try (Mosquitto closed =
                new Mosquitto(Files.createDirectory(folder.resolve("closed" + version)), "allow_anonymous false")) {
            Shell pub = Shell.run(
                    "pub", "-p", closed.port(), "-V", version, "-t", "a", "-m", "x", "-u", "alice", "-P", "wrong");
            Shell sub = Shell.run("sub", "-p", closed.port(), "-V", version, "-t", "a");

            assertThat(pub.exitCode()).as(pub.err()).isEqualTo(77);
            assertThat(pub.err()).startsWith("error: ").contains("refused the connection");
            assertThat(sub.exitCode()).isEqualTo(77);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-c -i returning", "-V 3.1.1"})
    void aLostConnectionComesBackAndTheStreamGoesOn(String how) throws Exception {
        try (Mosquitto falling = new Mosquitto(Files.createTempDirectory(folder, "falling"))) {
            String[] arguments = ("sub -d -p " + falling.port() + " -q 1 -t again -C 2 " + how)
                    .strip()
                    .split(" ");
            Shell sub = Shell.start(arguments);
            await(() -> assertThat(sub.err()).contains("subscribed"));
            String[] publish = {"pub", "-p", falling.port(), "-t", "again", "-q", "1", "-r", "-m"};
            Shell one = Shell.run(append(publish, "one"));
            await(() -> assertThat(sub.out()).isEqualTo("one\n"));

            falling.stop();
            await(() -> assertThat(sub.err()).contains("trying again in"));
            falling.start();
            await(() -> assertThat(sub.err()).contains("connected again"));
            // Retained: it arrives also if the subscription is renewed a moment later.
            Shell two = Shell.run(append(publish, "two"));

            assertThat(one.exitCode()).isZero();
            assertThat(two.exitCode()).isZero();
            assertThat(sub.exitCode()).isZero();
            assertThat(sub.out()).isEqualTo("one\ntwo\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V 5 -q 1", "-V 5 -q 2", "-V 3.1.1 -q 1"})
    void whatWasNotAcknowledgedIsSentAgain(String how) throws Exception {
        try (Mosquitto falling = new Mosquitto(Files.createTempDirectory(folder, "falling"));
                PipedOutputStream input = new PipedOutputStream()) {
            // Retained: it is found on the server afterwards, whenever it arrived.
            Shell pub = Shell.start(
                    new PipedInputStream(input), ("pub -d -t sent -r -l -p " + falling.port() + " " + how).split(" "));
            await(() -> assertThat(pub.err()).contains("connected to"));

            falling.stop();
            await(() -> assertThat(pub.err()).contains("trying again in"));
            input.write("late\n".getBytes(UTF_8));
            input.close();
            falling.start();

            assertThat(pub.exitCode()).as(pub.err()).isZero();
            Shell sub = Shell.run("sub", "-p", falling.port(), "-t", "sent", "-C", "1", "-W", "20");
            assertThat(sub.out()).isEqualTo("late\n");
        }
    }

    @Test
    void withoutReconnectionALostConnectionEndsWith69() throws Exception {
        try (Mosquitto falling = new Mosquitto(Files.createTempDirectory(folder, "falling"))) {
            Shell sub = Shell.start("sub", "-d", "-p", falling.port(), "-t", "a", "--no-reconnect");
            await(() -> assertThat(sub.err()).contains("subscribed"));

            falling.stop();

            assertThat(sub.exitCode()).isEqualTo(69);
            assertThat(sub.err()).contains("error: the connection to localhost:" + falling.port() + " was lost");
        }
    }

    @Test
    void theLoadTestFindsNothingMissing() {
        Shell pairs = Shell.run(
                words("bench", "--pairs 2 -q 1 --rate 400 --duration 3 --warm-up 0.2 --idle 3 --size 100 --json"));
        Shell fanOut = Shell.run(words("bench", "--fan-out 3 -q 2 --rate 100 --duration 0.3 --warm-up 0"));
        Shell fanIn = Shell.run(words("bench", "--fan-in 3 -V 3.1.1 --rate 300 --duration 0.3 --warm-up 0 --json"));

        assertThat(pairs.exitCode()).as(pairs.err()).isZero();
        Map<String, @Nullable Object> result = Json.object(pairs.out());
        assertThat(result)
                .containsEntry("publishers", 2)
                .containsEntry("idle", 3)
                .containsEntry("missing", 0)
                .containsEntry("duplicates", 0)
                .containsKeys("latencyMillis", "acknowledgementMillis", "receivedPerSecond");
        assertThat(result.get("received")).isNotEqualTo(0);
        assertThat(fanOut.exitCode()).as(fanOut.err()).isZero();
        assertThat(fanOut.out()).contains("fan-out", "latencyMillis p99.9");
        assertThat(Json.object(fanIn.out())).containsEntry("missing", 0).containsEntry("shape", "fan-in");
    }

    private static String[] append(String[] words, String last) {
        String[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = last;
        return all;
    }
}
