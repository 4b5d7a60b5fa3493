package io.signalbox.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever both protocols can carry arrives, by whichever a message comes and goes. */
class MatrixTest {
    /** Whoever publishes; a client of its own kind is a row more. */
    private static final List<Sender> SENDERS = List.of(
            new Mqtt3Client(),
            new Mqtt5Client(false),
            new Mqtt5Client(true),
            new AmqpClient(),
            new HttpSender(),
            new CloudEventSender(false),
            new CloudEventSender(true),
            new JavaSdk(),
            new JavaScriptSdk());

    /** Whoever receives. */
    private static final List<Receiver> RECEIVERS = List.of(
            new Mqtt3Client(),
            new Mqtt5Client(false),
            new Mqtt5Client(true),
            new AmqpClient(),
            new EventsReceiver(),
            new ConsumerReceiver(),
            new JavaSdk(),
            new JavaScriptSdk());

    /** How much of a life time the way may take. */
    private static final long WAY_SECONDS_MAX = 120;

    private static final Path PAGE = Path.of(System.getProperty("signalbox.root", ".."), "docs/protocols.md");
    private static final String BEGIN = "<!-- table -->\n";
    private static final String END = "<!-- end of table -->\n";

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.with()
                .set("amqp.enabled", true)
                .set("amqp.port", 0)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> pairs() {
        return SENDERS.stream().flatMap(from -> RECEIVERS.stream().map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void whatBothCanCarryArrives(Sender from, Receiver to) throws Exception {
        String topic = "matrix/" + UUID.randomUUID();
        try (Receiver.Inbox inbox = to.subscribe(server, topic)) {
            Letter dated = Letter.dated(topic);
            from.publish(server, dated);
            assertThat(inbox.next().parts())
                    .isEqualTo(dated.over(from.wire(), to.wire()).parts());

            Letter expiring = Letter.expiring(topic);
            from.publish(server, expiring);
            Map<Part, String> arrived = new EnumMap<>(inbox.next().parts());
            Map<Part, String> sent = expiring.over(from.wire(), to.wire()).parts();
            // Counted from when the server got it, which some protocols tell.
            arrived.remove(Part.TIMESTAMP);
            String left = arrived.remove(Part.LIFE_TIME);
            String given = sent.remove(Part.LIFE_TIME);
            assertThat(arrived).isEqualTo(sent);
            if (given == null) {
                assertThat(left).isNull();
            } else {
                assertThat(Long.parseLong(String.valueOf(left)))
                        .isBetween(Long.parseLong(given) - WAY_SECONDS_MAX, Long.parseLong(given));
            }
        }
    }

    /** {@code -Dsignalbox.write=true} writes it. */
    @Test
    void thePageHasTheTableThatTheseClientsReadAndWriteBy() throws IOException {
        String page = Files.readString(PAGE);
        String expected = page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                + Wire.markdown()
                + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("signalbox.write")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }
}
