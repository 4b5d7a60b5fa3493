package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.Brokers;
import io.signalbox.systemtests.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** mosquitto_pub and mosquitto_sub of Debian. */
class MosquittoClientsTest {
    private static BrokerProcess broker;
    private static Mosquitto mosquitto;

    @BeforeAll
    static void start() {
        broker = Brokers.started();
        mosquitto = new Mosquitto(broker.mqttPort());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"311,0", "311,1", "311,2", "5,0", "5,1", "5,2"})
    void aMessageArrivesWithEachVersionAndQos(String version, String qos) {
        String topic = "market/" + version + "/" + qos;
        try (Child sub = mosquitto.sub("-V", version, "-q", qos, "-t", topic + "/#", "-F", "%t %q %r %p")) {
            mosquitto.pub("-V", version, "-q", qos, "-t", topic + "/eurusd", "-m", "1.0842");
            assertThat(sub.awaitLine((topic + "/eurusd " + qos + " 0 1.0842")::equals, Mosquitto.TIMEOUT))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aPersistentSubscriberGetsWhatCameWhileItWasAwayInOrder(String qos) {
        String id = "away-" + qos;
        String topic = "away/" + qos;
        mosquitto.subToTheEnd("-c", "-i", id, "-q", qos, "-t", topic + "/#", "-E");
        for (int i = 1; i <= 5; i++) {
            mosquitto.pub("-q", qos, "-t", topic + "/x", "-m", "message " + i);
        }
        assertThat(mosquitto.subToTheEnd("-c", "-i", id, "-q", qos, "-t", topic + "/#", "-C", "5"))
                .containsExactly("message 1", "message 2", "message 3", "message 4", "message 5");
    }

    @Test
    void aNewSubscriberGetsTheRetainedMessageUntilItIsCleared() {
        mosquitto.pub("-q", "1", "-r", "-t", "retained/a", "-m", "first");
        mosquitto.pub("-q", "1", "-r", "-t", "retained/a", "-m", "second");
        mosquitto.pub("-q", "1", "-r", "-t", "retained/b", "-m", "other");
        assertThat(mosquitto.subToTheEnd("-q", "1", "-t", "retained/+", "-C", "2", "-F", "%t %r %p"))
                .containsExactlyInAnyOrder("retained/a 1 second", "retained/b 1 other");

        mosquitto.pub("-q", "1", "-r", "-n", "-t", "retained/a");
        assertThat(mosquitto.subToTheEnd("-q", "1", "-t", "retained/#", "-C", "1", "-F", "%t %p"))
                .containsExactly("retained/b other");
    }

    @Test
    void aClientThatDiesLeavesItsWill() {
        try (Child watcher = mosquitto.sub("-q", "1", "-t", "wills/#", "-v");
                Child mortal = mosquitto.sub(
                        "-t", "x", "--will-topic", "wills/mortal", "--will-payload", "gone", "--will-qos", "1")) {
            mortal.kill();
            assertThat(watcher.awaitLine("wills/mortal gone"::equals, Mosquitto.TIMEOUT))
                    .isNotNull();
        }
    }

    @Test
    void aClientThatSaysGoodbyeLeavesNoWill() {
        try (Child watcher = mosquitto.sub("-q", "1", "-t", "goodbye/#", "-v")) {
            mosquitto.subToTheEnd(
                    "-t", "x", "-E", "--will-topic", "goodbye/will", "--will-payload", "gone", "--will-qos", "1");
            mosquitto.pub("-q", "1", "-t", "goodbye/end", "-m", "now");
            assertThat(watcher.awaitLine("goodbye/end now"::equals, Mosquitto.TIMEOUT))
                    .isNotNull();
            assertThat(watcher.lines()).doesNotContain("goodbye/will gone");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void aGroupSharesMessagesAndEachMessageComesOnce(String version) {
        String topic = "jobs/" + version;
        try (Child one = mosquitto.sub("-V", version, "-q", "1", "-t", "$share/workers/" + topic);
                Child two = mosquitto.sub("-V", version, "-q", "1", "-t", "$share/workers/" + topic)) {
            List<String> jobs =
                    IntStream.rangeClosed(1, 20).mapToObj(i -> "job " + i).toList();
            jobs.forEach(job -> mosquitto.pub("-q", "1", "-t", topic, "-m", job));
            await().atMost(Mosquitto.TIMEOUT)
                    .untilAsserted(() -> assertThat(Stream.concat(one.lines().stream(), two.lines().stream())
                                    .filter(line -> line.startsWith("job ")))
                            .containsExactlyInAnyOrderElementsOf(jobs));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wild/+/c, wild/b/c, true",
        "wild/+/c, wild/b/d/c, false",
        "wild/#, wild, true",
        "wild/#, wild/a/b/c, true",
        "wild/+, wild/, true",
        "+/wild, $private/wild, false",
        "#, $private/wild, false",
    })
    void wildcardsMatchAsTheSpecificationSays(String filter, String topic, boolean matches) {
        try (Child sub = mosquitto.sub("-q", "1", "-t", filter, "-t", "end", "-v")) {
            mosquitto.pub("-q", "1", "-t", topic, "-m", "here");
            mosquitto.pub("-q", "1", "-t", "end", "-m", "end");
            assertThat(sub.awaitLine("end end"::equals, Mosquitto.TIMEOUT)).isNotNull();
            assertThat(sub.lines().contains(topic + " here")).isEqualTo(matches);
        }
    }

    @Test
    void propertiesOfVersion5TravelWithTheMessage() {
        try (Child sub = mosquitto.sub("-V", "5", "-q", "1", "-t", "properties", "-F", "%C|%R|%D|%P|%E|%p")) {
            mosquitto.pub(
                    "-V",
                    "5",
                    "-q",
                    "1",
                    "-t",
                    "properties",
                    "-m",
                    "hello",
                    "-D",
                    "publish",
                    "content-type",
                    "text/plain",
                    "-D",
                    "publish",
                    "response-topic",
                    "answers/1",
                    "-D",
                    "publish",
                    "correlation-data",
                    "c-17",
                    "-D",
                    "publish",
                    "user-property",
                    "colour",
                    "green",
                    "-D",
                    "publish",
                    "message-expiry-interval",
                    "500");
            String line = sub.awaitLine(text -> text.endsWith("|hello"), Mosquitto.TIMEOUT);
            assertThat(line)
                    .startsWith("text/plain|answers/1|c-17|colour:green|")
                    .matches(".*\\|(500|4\\d\\d)\\|hello");
        }
    }

    @Test
    void aLargePayloadArrivesWhole(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("payload");
        Files.writeString(file, "0123456789abcdef".repeat(16 * 1024));
        try (Child sub = mosquitto.sub("-q", "2", "-t", "large", "-F", "length %l")) {
            mosquitto.pub("-q", "2", "-t", "large", "-f", file.toString());
            assertThat(sub.awaitLine(("length " + 256 * 1024)::equals, Mosquitto.TIMEOUT))
                    .isNotNull();
        }
    }
}
