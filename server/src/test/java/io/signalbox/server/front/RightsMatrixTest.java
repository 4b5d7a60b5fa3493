package io.signalbox.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.server.TestServer;
import io.signalbox.server.front.Speaker.Kind;
import io.signalbox.server.front.Speaker.Way;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Four protocols, twelve actions, eight shapes of permissions: 384 cases at a server whose default transport knows of no
 * rights. Judged by what arrives, against a table that was made by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RightsMatrixTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern WITHHELD = Pattern.compile("signalbox_front_withheld_total ([0-9.]+)");
    private static final String TOPIC = "zone/a";

    private enum Protocol {
        MQTT_3,
        MQTT_5,
        MQTT_5_WEB_SOCKET,
        AMQP_1
    }

    /**
     * Who may do what at {@code zone/a}.
     *
     * @param publishes it arrives
     * @param receives it is delivered to a subscription of {@code zone/a}
     * @param receivesByWildcard the same of {@code zone/+} and {@code zone/#}
     */
    private enum Shape {
        NOTHING("", false, false, false),
        ALL("allow user:all all zone/#", true, true, true),
        PUBLISHER("allow user:publisher publish zone/#", true, false, false),
        SUBSCRIBER("allow user:subscriber subscribe zone/#", false, true, true),
        EXACT("allow user:exact all zone/a", true, true, false),
        DENIED("allow user:denied all zone/#\ndeny user:denied all zone/a", false, false, false),
        /** The user is called as the topic's last level. */
        A("allow user:a all zone/%u", true, true, false),
        CLIENT("allow client:gate-* all zone/#", true, true, true);

        private final String rules;
        private final boolean publishes;
        private final boolean receives;
        private final boolean receivesByWildcard;

        Shape(String rules, boolean publishes, boolean receives, boolean receivesByWildcard) {
            this.rules = rules;
            this.publishes = publishes;
            this.receives = receives;
            this.receivesByWildcard = receivesByWildcard;
        }

        String user() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        String clientId(Object... rest) {
            return (this == CLIENT ? "gate-" : user() + "-")
                    + Arrays.stream(rest).map(String::valueOf).collect(Collectors.joining("-"));
        }
    }

    private enum Reception {
        EXACT(Kind.PLAIN, TOPIC),
        PLUS(Kind.PLAIN, "zone/+"),
        HASH(Kind.PLAIN, "zone/#"),
        SHARED(Kind.SHARED, TOPIC),
        QUEUED(Kind.DURABLE, TOPIC),
        /** It is there already; AMQP has no such thing, and is asked for a shared wildcard instead. */
        RETAINED(Kind.PLAIN, TOPIC);

        private final Kind kind;
        private final String filter;

        Reception(Kind kind, String filter) {
            this.kind = kind;
            this.filter = filter;
        }
    }

    private final HttpClient web = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // before all
    private Path folder;

    @SuppressWarnings("NullAway.Init") // before all
    private TestServer server;

    @SuppressWarnings("NullAway.Init") // before all
    private TestClient observer;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        folder = directory;
        Path passwords = folder.resolve("passwords");
        for (Shape shape : Shape.values()) {
            new PasswordFileEditor(passwords, new Argon2Cost(8, 1, 1))
                    .put(shape.user(), "pw".getBytes(StandardCharsets.UTF_8));
        }
        allow(Arrays.stream(Shape.values()).map(shape -> shape.rules));
        server = TestServer.start(
                folder.resolve("data"),
                "amqp.enabled",
                "true",
                "amqp.port",
                "0",
                "security.password-file",
                passwords.toString(),
                "security.permission-file",
                folder.resolve("permissions").toString(),
                "transport",
                "x",
                "transports.x.type",
                "faulty");
        observer = TestClient.open(
                        FaultyProvider.named("x"),
                        SessionOptions.transientSession("observer"),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe("zone/#");
    }

    private void allow(Stream<String> rules) throws IOException {
        Files.writeString(
                folder.resolve("permissions"),
                rules.filter(rule -> !rule.isEmpty())
                        .collect(Collectors.joining("\n", "allow everybody all open/#\n", "\nend\n")));
    }

    @AfterAll
    void stop() {
        observer.close();
        server.close();
        web.close();
    }

    private Speaker speaker(Protocol protocol, Shape shape, String clientId) {
        int mqtt = server.server().ports().mqtt();
        return switch (protocol) {
            case MQTT_3 -> new MqttSpeaker(false, () -> Line.tcp(mqtt), shape.user(), clientId);
            case MQTT_5 -> new MqttSpeaker(true, () -> Line.tcp(mqtt), shape.user(), clientId);
            case MQTT_5_WEB_SOCKET ->
                new MqttSpeaker(true, () -> Line.webSocket(web, server.httpPort()), shape.user(), clientId);
            case AMQP_1 -> new AmqpSpeaker(server.server().ports().amqp(), shape.user(), clientId);
        };
    }

    private void publish(String payload, boolean retain) {
        TestClient.get(
                FaultyProvider.named("x")
                        .publish(Message.to(Topic.ofMqtt(TOPIC))
                                .payload(payload)
                                .retain(retain)
                                .build()),
                PATIENCE);
    }

    /** Deliveries that the server has kept from their receivers so far. */
    private double withheld() throws Exception {
        Matcher found =
                WITHHELD.matcher(server.send("GET", "/metrics", null, "all:pw").body());
        assertThat(found.find()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    /** Whether it came; whatever was let in comes, or is counted as withheld. */
    private boolean comes(Speaker speaker, String payload, double withheldBefore) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> speaker.received().contains(payload) || withheld() > withheldBefore);
        try {
            return speaker.received().contains(payload);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean publishes(Protocol protocol, Shape shape, Way way) throws Exception {
        String payload = protocol + " " + shape + " " + way;
        try (Speaker speaker = speaker(protocol, shape, shape.clientId(protocol, way))) {
            assertThat(speaker.connect(Kind.PLAIN)).isTrue();
            if (speaker.publish(way, TOPIC, payload)) {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> observer.received().payloads().contains(payload));
            }
        }
        observer.fence();
        return observer.received().payloads().contains(payload);
    }

    private boolean receives(Protocol protocol, Shape shape, Reception reception) throws Exception {
        String payload = protocol + " " + shape + " " + reception;
        boolean noRetained = protocol == Protocol.AMQP_1 && reception == Reception.RETAINED;
        Kind kind = noRetained ? Kind.SHARED : reception.kind;
        String filter = noRetained ? "zone/+" : reception.filter;
        try (Speaker speaker = speaker(protocol, shape, shape.clientId(protocol, reception))) {
            assertThat(speaker.connect(kind)).isTrue();
            double before = withheld();
            if (reception == Reception.RETAINED && !noRetained) {
                publish(payload, true);
                return speaker.subscribe(kind, filter) && comes(speaker, payload, before);
            }
            if (!speaker.subscribe(kind, filter)) {
                return false;
            }
            if (kind == Kind.DURABLE) {
                speaker.leave();
            }
            publish(payload, false);
            if (kind == Kind.DURABLE) {
                speaker.comeBack();
            }
            return comes(speaker, payload, before);
        }
    }

    private static boolean expected(Protocol protocol, Shape shape, Reception reception) {
        boolean wildcard = reception == Reception.PLUS
                || reception == Reception.HASH
                || reception == Reception.RETAINED && protocol == Protocol.AMQP_1;
        return wildcard ? shape.receivesByWildcard : shape.receives;
    }

    @ParameterizedTest
    @EnumSource
    void whatArrivesIsWhatTheTableSays(Protocol protocol) throws Exception {
        List<String> differences = new ArrayList<>();
        int cases = 0;
        for (Shape shape : Shape.values()) {
            for (Way way : Way.values()) {
                cases++;
                if (publishes(protocol, shape, way) != shape.publishes) {
                    differences.add(shape + " " + way);
                }
            }
            for (Reception reception : Reception.values()) {
                cases++;
                if (receives(protocol, shape, reception) != expected(protocol, shape, reception)) {
                    differences.add(shape + " " + reception);
                }
            }
        }
        assertThat(cases).isEqualTo(88);
        assertThat(differences).isEmpty();
    }

    /** The last 32 cases: all of them at once, since rules are everybody's. */
    @Test
    void aRightThatIsTakenBackEndsWhatIsDelivered() throws Exception {
        List<Speaker> speakers = new ArrayList<>();
        try {
            double granted = 0;
            double withheldAtOnce = 0;
            double before = withheld();
            for (Protocol protocol : Protocol.values()) {
                for (Shape shape : Shape.values()) {
                    Speaker speaker = speaker(protocol, shape, shape.clientId(protocol, "revoked"));
                    speakers.add(speaker);
                    assertThat(speaker.connect(Kind.PLAIN)).isTrue();
                    if (speaker.subscribe(Kind.PLAIN, TOPIC)) {
                        granted++;
                        withheldAtOnce += shape.receives ? 0 : 1;
                    }
                }
            }
            assertThat(speakers).hasSize(32);
            publish("before", false);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> count(speakers, "before")
                            == 4
                                    * Arrays.stream(Shape.values())
                                            .filter(s -> s.receives)
                                            .count());
            allow(Stream.empty());
            server.server().reload();
            publish("after", false);
            double all = before + withheldAtOnce + granted;
            Awaitility.await().atMost(PATIENCE).until(() -> withheld() >= all);
            assertThat(count(speakers, "after")).isZero();
        } finally {
            allow(Arrays.stream(Shape.values()).map(shape -> shape.rules));
            server.server().reload();
            for (Speaker speaker : speakers) {
                speaker.close();
            }
        }
    }

    private static long count(Collection<Speaker> speakers, String payload) throws Exception {
        long count = 0;
        for (Speaker speaker : speakers) {
            count += speaker.received().contains(payload) ? 1 : 0;
        }
        return count;
    }
}
